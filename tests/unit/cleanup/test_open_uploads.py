"""What the sweep makes of an upload that no witness has called finished."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.cleanup.settings import CleanupSettings
from functions.cleanup.uploads import Trace, Verdict, judge
from matinee.db.sweep import OpenUpload
from matinee.ids import new_id
from matinee.storage import OpenMultipart, UploadedPart

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SIZE = 1_000
LIMITS = CleanupSettings(
    stalled_upload_seconds=120, unstarted_upload_seconds=900, abandoned_upload_seconds=24 * 3600, orphan_grace_seconds=600
)


def ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


def upload(created_at: datetime, *, is_begun: bool = True) -> OpenUpload:
    return OpenUpload(new_id(), new_id(), SIZE, created_at, is_begun)


def trace(*part_bytes: int, last_sign: datetime, object_bytes: int | None = None) -> Trace:
    parts = tuple(UploadedPart(i, f'"{i}"', size, last_sign) for i, size in enumerate(part_bytes, 1))
    return Trace(object_bytes, OpenMultipart("uploads/s/v", "m", last_sign), parts, last_sign)


def verdict(upload: OpenUpload, trace: Trace) -> Verdict:
    return judge(upload, trace, NOW, LIMITS)


def test_a_whole_object_is_taken_in_at_once() -> None:
    assert verdict(upload(NOW), Trace(object_bytes=SIZE, last_sign=NOW)) is Verdict.TAKE_IN


def test_an_object_of_another_size_is_not_taken_in() -> None:
    assert verdict(upload(ago(hours=1)), Trace(object_bytes=SIZE - 1, last_sign=ago(hours=1))) is Verdict.WAIT


def test_all_parts_without_an_object_are_put_together_once_nobody_else_seems_to_do_it() -> None:
    assert verdict(upload(ago(hours=1)), trace(600, 400, last_sign=ago(seconds=119))) is Verdict.WAIT
    assert verdict(upload(ago(hours=1)), trace(600, 400, last_sign=ago(seconds=121))) is Verdict.COMPLETE


def test_parts_that_are_not_all_are_never_put_together() -> None:
    assert verdict(upload(ago(hours=23)), trace(600, last_sign=ago(hours=22))) is Verdict.WAIT


@pytest.mark.parametrize("is_begun", [True, False])
def test_an_upload_that_still_moves_is_kept_however_old_it_is(is_begun: bool) -> None:
    assert verdict(upload(ago(days=3), is_begun=is_begun), trace(600, last_sign=ago(hours=23))) is Verdict.WAIT


def test_an_upload_without_progress_for_a_day_is_forgotten() -> None:
    assert verdict(upload(ago(days=3)), trace(600, last_sign=ago(hours=25))) is Verdict.FORGET


def test_an_announced_upload_that_never_reached_the_bucket_is_forgotten_after_a_quarter_of_an_hour() -> None:
    assert verdict(upload(ago(minutes=14), is_begun=False), Trace()) is Verdict.WAIT
    assert verdict(upload(ago(minutes=16), is_begun=False), Trace()) is Verdict.FORGET


def test_an_upload_whose_begun_hook_was_lost_is_kept_because_the_bucket_has_a_trace_of_it() -> None:
    assert verdict(upload(ago(hours=2), is_begun=False), Trace(last_sign=ago(hours=2))) is Verdict.WAIT


def test_an_upload_that_tusd_knows_is_kept_for_a_day_without_any_trace() -> None:
    assert verdict(upload(ago(hours=2)), Trace()) is Verdict.WAIT
