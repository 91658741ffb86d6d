"""The cascade of scales, as a graph of ffmpeg's filters."""

import re

from functions.transcode.commands import picture_graph
from functions.transcode.plan import HIGH, LOW, plan_video
from functions.transcode.source import VideoTrack
from tests.unit.transcode.sources import picture, source


def kernels(video: VideoTrack, tier: int) -> dict[str, str]:
    """The kernel of each size that a tier scales to."""
    plan = plan_video(source(video))
    graph = picture_graph(video, plan, plan.encoded(tier), 0, plan.total_frames)
    return dict(re.findall(r"scale=(\d+:\d+):flags=(bicubic(?::param0=0:param1=0.75)?)", graph))


def test_what_is_scaled_again_gets_the_sharper_kernel() -> None:
    """720p comes from the source itself, 480p from the 720p that was scaled before."""
    assert kernels(picture(codec="hevc"), HIGH) == {
        "1920:1080": "bicubic",
        "1280:720": "bicubic",
        "854:480": "bicubic:param0=0:param1=0.75",
    }


def test_below_a_copied_picture_too() -> None:
    assert kernels(picture(), HIGH) == {
        "1280:720": "bicubic",
        "854:480": "bicubic:param0=0:param1=0.75",
        "640:360": "bicubic:param0=0:param1=0.75",
    }


def test_a_rung_alone_comes_from_the_source() -> None:
    assert kernels(picture(codec="hevc"), LOW) == {"640:360": "bicubic"}
