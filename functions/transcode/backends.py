"""The two ways to make renditions: ffmpeg on our own workers, and AWS Elemental MediaConvert.

Both begin with the same probe and the same limits, and end in the same rows and playlists. What differs is here: the plan, the
rows of its renditions, and the tasks that make them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from functions.transcode.mediaconvert import plan as mediaconvert
from functions.transcode.plan import Plan, plan_video
from functions.transcode.schedule import Schedule, renditions
from functions.transcode.source import Source
from matinee.db.streams import Rendition
from matinee.db.tasks import NewTask


@dataclass(frozen=True)
class Backend:
    """What makes the renditions of an original: decides what is made of it, as which rows, and by which tasks. All pure."""

    plan_video: Callable[[Source], Plan]
    renditions: Callable[[Plan], list[Rendition]]
    tasks: Callable[[Source, Plan], list[NewTask]]


WORKERS = Backend(plan_video, renditions, lambda source, plan: Schedule(source, plan).tasks())
MEDIACONVERT = Backend(mediaconvert.plan_video, mediaconvert.renditions, mediaconvert.tasks)


def backend_of(source: Source, chosen: Literal["fargate", "mediaconvert"]) -> Backend:
    """The back end for a source. Where MediaConvert is chosen, our workers still take what it does not."""
    return MEDIACONVERT if chosen == "mediaconvert" and mediaconvert.takes(source) else WORKERS
