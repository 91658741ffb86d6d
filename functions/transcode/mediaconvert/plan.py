"""The plan of a video that MediaConvert makes: the workers' plan, but nothing is copied, and one task makes it all. Pure."""

from dataclasses import replace

from functions.transcode import plan as workers
from functions.transcode import schedule
from functions.transcode.ladder import sizes
from functions.transcode.plan import LOW, Plan, VideoRendition
from functions.transcode.schedule import PRIORITY_FIRST, Schedule
from functions.transcode.source import Source
from matinee.db.streams import Rendition
from matinee.db.tasks import NewTask

KIND = "convert"
SMALLEST_SIDE = 32  # of a picture that the service makes

# What the service reads, as the probe names it; the rest is left to our workers.
# https://docs.aws.amazon.com/mediaconvert/latest/ug/reference-codecs-containers-input.html
DEMUXERS = frozenset({"asf", "avi", "flv", "matroska", "mov", "mpeg", "mpegts", "mxf"})
PICTURES = frozenset(
    {"av1", "dnxhd", "h264", "hevc", "libdav1d", "mpeg1video", "mpeg2video", "mpeg4", "prores", "vc1", "vp8", "vp9", "wmv3"}
)
SOUNDS = frozenset({"aac", "ac3", "eac3", "flac", "mp2", "mp2float", "mp3", "mp3float", "opus", "vorbis", "wmav2"})


def takes(source: Source) -> bool:
    """Whether the service takes a source. Sound alone is made sooner, and for nothing, by a worker.

    The service fails a file that ends too early, and knows the tracks of sound by their number, in which those count that nobody
    can decode. Whether it follows a clock that jumps, and goes on in silence where sound stops before its picture, is not known.
    """
    video = source.video
    return (
        video is not None
        and not source.has_jumps
        and not {"truncated", "sound_left_out"} & set(source.warnings)
        and source.demuxer in DEMUXERS
        and video.codec in PICTURES
        and all(track.codec in SOUNDS or track.codec.startswith("pcm_") for track in source.audio)
        and all(workers.missing_sound_s(source, track) <= workers.COPY_MAX_MISSING_S for track in source.audio)
        and all(min(size.width, size.height) >= SMALLEST_SIDE for size in sizes(video))
    )


def plan_video(source: Source) -> Plan:
    """Decide what is made of a source: the whole ladder, and all of its sound, anew."""
    plan = workers.plan_video(source)
    ladder = [
        VideoRendition(
            name=f"v{size.short_side}",
            tier=LOW,
            width=size.width,
            height=size.height,
            max_rate=size.max_rate,
            crf=size.crf,
            target_s=plan.video[-1].target_s,
        )
        for size in (sizes(source.video) if source.video else [])
    ]
    return plan.model_copy(
        update={"video": ladder, "audio": [track.model_copy(update={"copy_stream": False}) for track in plan.audio]}
    )


def renditions(plan: Plan) -> list[Rendition]:
    """The rows of a plan's renditions: pictures and sound come together, and captions when a worker has made them."""
    return [
        row if row.kind == "captions" else replace(row, task_kind=KIND, tier=LOW)
        for row in schedule.renditions(plan)
    ]  # fmt: skip


def tasks(source: Source, plan: Plan) -> list[NewTask]:
    """The job's task, and those of captions and stills, which nothing more urgent keeps a worker from."""
    beside = [replace(task, queue="express") for task in Schedule(source, plan).tasks() if task.kind in ("captions", "stills")]
    return [NewTask(KIND, "express", PRIORITY_FIRST, weight=max(1.0, source.duration_s)), *beside]
