"""The end of an upload, told by the hook, by S3, by both, twice, late, or in the wrong order: the work starts once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest

from matinee import aws
from matinee.ids import new_id
from tests.integration.on_upload.tusd import MULTIPART, after, bearer, begun, call_hook, deliver, object_created
from tests.integration.sessions.world import Cloud, Host, sql


def _state(upload_id: str) -> dict[str, Any]:
    """What the row says, and how many plan tasks there are."""
    (row,) = sql(
        """
        select v.status, v.size_bytes, v.upload_id,
               (select count(*) from tasks t where t.video_id = v.id and t.kind = 'plan') as plans
          from videos v where v.id = %s
        """,
        upload_id.partition("/")[2],
    )
    return row


def _taken_in(upload_id: str, size: int = 1000) -> dict[str, Any]:
    return {"status": "uploaded", "size_bytes": size, "upload_id": f"{upload_id}+{MULTIPART}", "plans": 1}


def _finished(cloud: Cloud) -> list[dict[str, Any]]:
    return cloud.events("upload.finished")


def test_the_hook_alone_starts_the_work(host: Host, cloud: Cloud) -> None:
    upload_id = begun(host, host.open_session())
    assert cloud.take("express") == []
    after("post-finish", host, upload_id)
    session_id, _, video_id = upload_id.partition("/")
    assert _state(upload_id) == _taken_in(upload_id)
    assert cloud.take("express") == [{"video_id": video_id}]
    assert _finished(cloud) == [{"session_id": session_id, "video_id": video_id, "size_bytes": 1000}]


def test_s3_alone_starts_the_work(host: Host, cloud: Cloud) -> None:
    upload_id = begun(host, host.open_session())
    assert deliver(object_created(f"uploads/{upload_id}", 1000)) == []
    assert _state(upload_id) == _taken_in(upload_id)
    assert cloud.take("express") == [{"video_id": upload_id.partition("/")[2]}]
    assert len(_finished(cloud)) == 1


def test_all_witnesses_together_start_the_work_once(host: Host, cloud: Cloud) -> None:
    upload_id = begun(host, host.open_session())
    key = f"uploads/{upload_id}"

    def witness(number: int) -> None:
        if number % 2:
            after("post-finish", host, upload_id)
        else:
            assert deliver(object_created(key, 1000)) == []

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(witness, range(10)))
    assert _state(upload_id) == _taken_in(upload_id)
    assert len(_finished(cloud)) == 1
    assert cloud.take("express")


def test_hooks_in_the_wrong_order_end_in_the_same_state(host: Host, cloud: Cloud) -> None:
    begun_id = begun(host, host.open_session())
    sql("update videos set upload_id = null where id = %s", begun_id.partition("/")[2])  # post-create has not come yet
    after("post-finish", host, begun_id)
    after("post-create", host, begun_id)
    assert _state(begun_id) == _taken_in(begun_id)
    assert len(_finished(cloud)) == 1


def test_a_witness_that_died_before_it_woke_a_worker_is_made_good_by_the_next(
    host: Host, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload_id = begun(host, host.open_session())
    with monkeypatch.context() as broken:
        broken.setattr("matinee.queues.queue_url", lambda _: "https://sqs.eu-central-1.amazonaws.com/123456789012/gone")
        status, problem = call_hook("post-finish", {"ID": f"{upload_id}+x", "Size": 1000}, bearer(host))
        assert (status, problem["code"]) == (500, "internal")  # so that tusd tries again
        assert deliver(object_created(f"uploads/{upload_id}", 1000)) == [0]  # so that SQS brings it again
    assert cloud.take("express") == []
    after("post-finish", host, upload_id)
    assert cloud.take("express") == [{"video_id": upload_id.partition("/")[2]}]


def test_a_witness_that_comes_when_the_work_goes_on_changes_nothing(host: Host, cloud: Cloud) -> None:
    upload_id = begun(host, host.open_session())
    after("post-finish", host, upload_id)
    cloud.take("express")
    sql("update videos set status = 'transcoding' where id = %s", upload_id.partition("/")[2])
    assert deliver(object_created(f"uploads/{upload_id}", 1000)) == []
    assert cloud.take("express") == []
    assert _state(upload_id)["status"] == "transcoding"
    assert len(_finished(cloud)) == 1


def test_a_failing_bus_does_not_hold_up_the_work(host: Host, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable() -> None:
        raise ConnectionError

    upload_id = begun(host, host.open_session())
    with monkeypatch.context() as broken:
        broken.setattr(aws, "eventbridge", unreachable)
        after("post-finish", host, upload_id)
    assert cloud.take("express") == [{"video_id": upload_id.partition("/")[2]}]


def test_where_the_told_size_differs_the_stores_word_counts(host: Host, cloud: Cloud) -> None:
    upload_id = begun(host, host.open_session(), size=1000)
    boto3.client("s3").put_object(Bucket="bucket", Key=f"uploads/{upload_id}", Body=b"x" * 70)
    assert deliver(object_created(f"uploads/{upload_id}", 71)) == []
    assert _state(upload_id) == _taken_in(upload_id, size=70)


def test_a_doubtful_size_without_an_object_starts_nothing(host: Host, cloud: Cloud) -> None:
    upload_id = begun(host, host.open_session(), size=1000)
    assert deliver(object_created(f"uploads/{upload_id}", 71)) == []
    assert _state(upload_id)["status"] == "uploading"
    assert cloud.take("express") == []


def test_an_upload_that_outlives_its_session_starts_nothing(host: Host, cloud: Cloud) -> None:
    session_id = host.open_session()
    upload_id = begun(host, session_id)
    host.browser.post(f"/api/sessions/{session_id}/end")
    after("post-finish", host, upload_id)
    assert _state(upload_id)["plans"] == 0
    assert cloud.take("express") == []


def test_everything_else_in_the_bucket_is_ignored(host: Host, cloud: Cloud) -> None:
    upload_id = begun(host, host.open_session())
    session_id, _, video_id = upload_id.partition("/")
    keys = [
        f"uploads/{upload_id}.info",
        f"uploads/{upload_id}.part",
        f"uploads/{upload_id}/x",
        f"streams/{upload_id}",
        f"x/uploads/{upload_id}",
        f"uploads/{session_id}",
        f"uploads/{session_id.upper()}/{video_id.upper()}",
        "uploads/",
    ]
    assert deliver(*(object_created(key, 1000) for key in keys)) == []
    assert _state(upload_id)["status"] == "uploading"
    assert cloud.take("express") == []


def test_an_original_that_no_row_knows_or_that_lies_in_another_session_starts_nothing(host: Host, cloud: Cloud) -> None:
    first, second = host.open_session(), host.open_session()
    video_id = begun(host, first).partition("/")[2]
    keys = [f"uploads/{second}/{video_id}", f"uploads/{first}/{new_id()}"]
    assert deliver(*(object_created(key, 1000) for key in keys)) == []
    assert _state(f"{first}/{video_id}")["status"] == "uploading"
    assert cloud.take("express") == []


def test_of_a_batch_only_what_failed_comes_again(host: Host, cloud: Cloud) -> None:
    session_id = host.open_session()
    good = [begun(host, session_id), begun(host, session_id)]
    other = {"source": "aws.s3", "detail-type": "Object Deleted", "detail": {"object": {"key": f"uploads/{good[0]}"}}}
    first, second = (object_created(f"uploads/{upload_id}", 1000) for upload_id in good)
    assert deliver(first, "no JSON", other, second, object_created("", 0) | {"detail": {}}) == [1, 4]
    assert [_state(upload_id)["status"] for upload_id in good] == ["uploaded", "uploaded"]
    assert deliver("no JSON") == [0]
