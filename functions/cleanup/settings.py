"""Settings of cleanup."""

from pydantic import Field

from matinee.settings import Settings


class CleanupSettings(Settings):
    """When the sweep gives something up. All in seconds but ``reconcile_every_minutes``."""

    stalled_upload_seconds: int = Field(120, ge=0)  # no byte for so long: look whether only the completion is missing
    unstarted_upload_seconds: int = Field(15 * 60, ge=0)  # announced, and nothing ever reached the bucket
    abandoned_upload_seconds: int = Field(24 * 3600, ge=0)  # no byte for so long
    orphan_grace_seconds: int = Field(10 * 60, ge=0)  # younger objects may still get their row
    straggler_watch_seconds: int = Field(3600, ge=0)  # how long purged sessions and failed videos are looked at again
    overdue_task_seconds: int = Field(60, ge=0)  # a wake-up message that old is taken for lost
    stuck_video_seconds: int = Field(5 * 60, ge=0)  # unfinished for so long after the last of its tasks
    reconcile_every_minutes: int = Field(15, ge=1)  # how often the whole bucket is compared with the rows
    sweep_seconds: int = Field(240, ge=1)  # the longest that one sweep takes
    unlimited_run_seconds: int = Field(840, ge=1)  # a run's length where the platform sets none
