"""From a real original to a stream that can be trusted."""

import re
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import pytest

from functions.transcode.conformance.transport import CLOCK_HZ
from functions.transcode.mpegts import TIMELINE_OFFSET_S, measured
from matinee import queues
from matinee.db import transaction
from tests.integration.transcode.media import everything, h264, hevc, make, pictures, tone
from tests.integration.transcode.world import Upload, WorkerProcess, eventually

StartWorker = Callable[..., WorkerProcess]


def times(segments: list[bytes], folder: Path) -> list[Fraction]:
    """When each frame of a rendition is shown, in order, on the source's timeline (s)."""
    found: list[Fraction] = []
    for number, data in enumerate(segments):
        file = folder / f"{number}.ts"
        file.write_bytes(data)
        with av.open(str(file)) as container:
            packets = container.demux(container.streams[0])
            found += [p.pts * Fraction(p.time_base) - TIMELINE_OFFSET_S for p in packets if p.pts is not None]
    return sorted(found)


def test_a_copy_of_a_container_that_counts_milliseconds_is_kept(media: Path, start_worker: StartWorker) -> None:
    file = make(
        media / "24fps.mkv",
        *pictures("640x360", "24", 7),
        *tone(7),
        "-c:v",
        "libx264",
        "-pix_fmt",
        "yuv420p",
        "-c:a",
        "aac",
        "-ac",
        "2",
    )
    start_worker()
    upload = Upload.of(file).tell()
    upload.wait("ready", "failed")
    assert "source" in upload.renditions(), "24 frames per second are 24.001 by such a clock"


def test_a_web_ready_file_is_playable_by_copying_and_then_gets_its_ladder(
    media: Path, start_worker: StartWorker, tmp_path: Path
) -> None:
    start_worker()
    upload = Upload.of(h264(media, size="854x480")).tell()
    upload.wait("playable", "ready")
    early = upload.playlist("early.m3u8")
    assert [p.uri for p in early.playlists] == ["source/index.m3u8"]

    video = upload.wait("ready")
    full = upload.playlist("full.m3u8")
    assert [p.uri for p in full.playlists] == ["source/index.m3u8", "v360/index.m3u8"]
    assert [m.uri for m in full.media] == ["a0/index.m3u8"]
    assert video.playlist == "full.m3u8"
    assert video.progress == 1
    for name in ("source", "v360"):
        playlist = upload.media_playlist(name)
        assert playlist.is_endlist
        assert playlist.playlist_type == "vod"
        assert abs(upload.length(name) - 21) < Fraction(1, 24)
        assert max(round(s.duration) for s in playlist.segments) <= playlist.target_duration
        assert len(times(upload.segments(name), tmp_path)) == 21 * 24
    assert upload.read("poster.jpg").startswith(b"\xff\xd8")


def hold(upload: Upload, kind: str, seconds: float) -> None:
    """Let nobody claim the tasks of a kind that wait, for so long."""
    with transaction() as tx:
        tx.execute(
            """
            update tasks set woken_at = now() + %s * interval '1 second'
             where video_id = %s and kind = %s and status = 'pending'
            """,
            [seconds, upload.video_id, kind],
        )


def test_captions_are_listed_as_soon_as_they_are_made_whatever_the_ladder_takes(media: Path, start_worker: StartWorker) -> None:
    first = start_worker(MATINEE_BULK_SLOTS="0")
    upload = Upload.of(everything(media)).tell()
    assert upload.wait("playable").playlist == "early.m3u8"
    assert [m.type for m in upload.playlist("early.m3u8").media] == ["AUDIO"]
    first.close()
    hold(upload, "encode", 3600)

    start_worker()
    eventually(lambda: upload.video.playlist == "early-captions.m3u8")
    assert upload.video.status == "playable"
    early = upload.playlist("early-captions.m3u8")
    assert [p.uri for p in early.playlists] == ["source/index.m3u8"]
    assert [m.uri for m in early.media] == ["a0/index.m3u8", "c0/index.m3u8"]
    assert upload.media_playlist("c0").is_endlist
    assert b"Good evening." in upload.segments("c0")[0]

    hold(upload, "encode", 0)
    queues.wake("bulk", upload.video_id)
    assert upload.wait("ready").playlist == "full.m3u8"
    assert [m.uri for m in upload.playlist("full.m3u8").media] == ["a0/index.m3u8", "c0/index.m3u8"]
    upload.check_whole(12)


def test_chunks_of_an_ntsc_rate_meet_without_a_gap_a_copy_or_a_jump(
    media: Path, start_worker: StartWorker, tmp_path: Path
) -> None:
    start_worker()
    upload = Upload.of(hevc(media, seconds=15, size="854x480")).tell()
    upload.wait("ready")
    assert sum(t["kind"] == "encode" for t in upload.tasks()) > 1
    frame = Fraction(1001, 30000)
    for name in ("v480", "v360"):
        shown = times(upload.segments(name), tmp_path)
        assert len(shown) == round(15 / frame)
        assert shown[0] == 0
        assert all(abs(b - a - frame) <= Fraction(1, 90_000) for a, b in pairwise(shown))
    starts = {name: [measured(data, keeps_times=False).start for data in upload.segments(name)] for name in ("v480", "v360")}
    assert starts["v480"] == starts["v360"], "renditions can be switched at every segment"


def test_a_late_picture_is_filled_up_so_the_sound_stays_in_place(media: Path, start_worker: StartWorker) -> None:
    late = make(
        media / "late.mkv", *tone(6), "-itsoffset", "1.5", *pictures("320x240", "25", 4.5),
        "-map", "1:v", "-map", "0:a", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac",
    )  # fmt: skip
    start_worker()
    upload = Upload.of(late).tell()
    upload.wait("ready")
    assert measured(upload.segments("v240")[0], keeps_times=False).start == TIMELINE_OFFSET_S * CLOCK_HZ
    assert abs(upload.length("v240") - 6) <= Fraction(1, 25)


def test_languages_become_renditions_and_sound_alone_is_a_stream(media: Path, start_worker: StartWorker) -> None:
    two = make(
        media / "two.mkv", *tone(5), *tone(5, 880), "-map", "0:a", "-map", "1:a", "-c:a", "ac3",
        "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=spa",
        "-disposition:a:1", "default", "-disposition:a:0", "0",
    )  # fmt: skip
    start_worker()
    upload = Upload.of(two).tell()
    video = upload.wait("ready")
    assert [(m.language, m.default) for m in upload.playlist(str(video.playlist)).media] == [("en", "NO"), ("es", "YES")]
    assert video.duration_s is not None
    assert abs(video.duration_s - 5) < Fraction(1, 10)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("playlist.mp4", b"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nhttp://127.0.0.1:9/canary.ts\n", "forbidden_format"),
        ("text.mp4", b"this is no video", "not_a_video"),
        ("empty.mp4", b"", "not_a_video"),
        ("noise.mkv", b"\x1aE\xdf\xa3" + bytes(range(256)) * 40, "corrupt"),
    ],
)
def test_what_cannot_be_shown_fails_with_its_code_and_leaves_no_file(
    name: str, content: bytes, code: str, start_worker: StartWorker, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    start_worker()
    upload = Upload.of(file).tell()
    video = upload.wait("failed", "ready")
    assert video.error_code == code
    assert video.error_message
    eventually(lambda: not upload.keys())


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        ("MATINEE_MAX_DURATION_SECONDS", "too_long"),
        ("MATINEE_MAX_SOURCE_PIXELS", "too_many_pixels"),
        ("MATINEE_MAX_SOURCE_BYTES", "too_large"),
    ],
)
def test_what_is_past_a_limit_is_refused_before_it_is_decoded(
    limit: str, code: str, media: Path, start_worker: StartWorker
) -> None:
    start_worker(**{limit: "20"})
    upload = Upload.of(h264(media)).tell()
    assert upload.wait("failed", "ready").error_code == code


def test_the_storyboard_shows_the_finished_stream_s_keyframes_at_their_times(
    media: Path, start_worker: StartWorker, tmp_path: Path
) -> None:
    start_worker()
    upload = Upload.of(hevc(media, seconds=45, size="640x360")).tell()
    eventually(lambda: upload.video.storyboard)
    cues = re.findall(r"(\S+) --> (\S+)\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)", upload.read("storyboard.vtt").decode())
    assert len(cues) == 23, "one for each group of two seconds"
    assert (cues[0][0], cues[-1][1]) == ("00:00:00.000", "00:00:45.012")
    sheet = tmp_path / "sheet.jpg"
    sheet.write_bytes(upload.read("storyboard-0.jpg"))
    with av.open(str(sheet)) as container:
        picture = next(container.decode(video=0))
    x, y, width, height = map(int, cues[-1][3:])
    assert (picture.width, picture.height) == (10 * width, 3 * height)
    assert (x, y) == (2 * width, 2 * height)
