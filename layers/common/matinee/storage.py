"""The bucket: the only place that talks to S3. Keys are whole keys (``uploads/…``, ``streams/…``)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from matinee import aws
from matinee.observability import logger
from matinee.settings import StorageSettings, settings

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ListObjectVersionsOutputTypeDef

T = TypeVar("T")

DELETE_BATCH = 1_000  # the most that one DeleteObjects call takes
COPY_CHUNK = 1 << 20  # bytes in memory at once
READ_ATTEMPTS = 3


@dataclass(frozen=True)
class StoredObject:
    """One object (or one of its versions)."""

    key: str
    size_bytes: int
    version_id: str | None = None
    is_delete_marker: bool = False
    modified_at: datetime | None = None


@dataclass(frozen=True)
class OpenMultipart:
    """A multipart upload that was begun and neither completed nor aborted."""

    key: str
    upload_id: str
    initiated_at: datetime


@dataclass(frozen=True)
class UploadedPart:
    """One part of an open multipart upload."""

    number: int
    etag: str
    size_bytes: int
    modified_at: datetime


def bucket() -> str:
    """The bucket's name."""
    return settings(StorageSettings).bucket


def put_bytes(key: str, body: bytes, content_type: str, cache_control: str) -> None:
    """Write a small object."""
    aws.s3().put_object(Bucket=bucket(), Key=key, Body=body, ContentType=content_type, CacheControl=cache_control)


def put_file(key: str, path: Path, content_type: str, cache_control: str) -> None:
    """Write an object from a file, in one request, streamed."""
    with path.open("rb") as body:
        aws.s3().put_object(Bucket=bucket(), Key=key, Body=body, ContentType=content_type, CacheControl=cache_control)


def size_of(key: str) -> int | None:
    """Size in bytes, or None when there is no such object."""
    from botocore.exceptions import ClientError

    try:
        return aws.s3().head_object(Bucket=bucket(), Key=key)["ContentLength"]
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise


def read_start(key: str, length: int) -> tuple[bytes, int] | None:
    """The first ``length`` bytes (fewer where the object is shorter) and the object's size; None when there is none."""
    from botocore.exceptions import ClientError

    def read() -> tuple[bytes, int]:
        answer = aws.s3().get_object(Bucket=bucket(), Key=key, Range=f"bytes=0-{length - 1}")
        return answer["Body"].read(), int(answer["ContentRange"].rpartition("/")[2])

    try:
        return _whole(read)
    except ClientError as error:
        if error.response["Error"]["Code"] == "InvalidRange":  # an empty object has no first byte
            return b"", 0
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise


def get_file(key: str, path: Path) -> None:
    """Write an object's bytes to a file, streamed."""

    def copy() -> None:
        with path.open("wb") as file:
            for chunk in aws.s3().get_object(Bucket=bucket(), Key=key)["Body"].iter_chunks(COPY_CHUNK):
                file.write(chunk)

    _whole(copy)


def read_range(key: str, first: int, count: int) -> bytes:
    """``count`` bytes of an object from ``first`` on. Raises botocore's ``ClientError``."""

    def read() -> bytes:
        return aws.s3().get_object(Bucket=bucket(), Key=key, Range=f"bytes={first}-{first + count - 1}")["Body"].read()

    return _whole(read)


def _whole(read: Callable[[], T]) -> T:
    """What ``read`` gives, read again when the body ends early: botocore repeats a failed request, but not a body."""
    from botocore.exceptions import IncompleteReadError, ReadTimeoutError, ResponseStreamingError

    for _ in range(READ_ATTEMPTS - 1):
        try:
            return read()
        except (IncompleteReadError, ReadTimeoutError, ResponseStreamingError):
            logger.info("a body from the bucket ended early; it is read again")
    return read()


def presigned_get(key: str, seconds: int) -> str:
    """A URL that reads one object for ``seconds``. It is a secret: never log it."""
    return aws.s3().generate_presigned_url("get_object", Params={"Bucket": bucket(), "Key": key}, ExpiresIn=seconds)


def list_objects(prefix: str) -> Iterator[StoredObject]:
    """Every current object below ``prefix``."""
    for page in aws.s3().get_paginator("list_objects_v2").paginate(Bucket=bucket(), Prefix=prefix):
        for entry in page.get("Contents", []):
            yield StoredObject(entry["Key"], entry["Size"], modified_at=entry["LastModified"])


def list_versions(prefix: str) -> Iterator[StoredObject]:
    """Every version and delete marker below ``prefix``; in an unversioned bucket, every object (with version ``null``)."""
    for page in aws.s3().get_paginator("list_object_versions").paginate(Bucket=bucket(), Prefix=prefix):
        yield from _versions(page)


def list_level(prefix: str) -> Iterator[str | StoredObject]:
    """What lies right below ``prefix``: folders (as prefixes with a trailing slash) and versions that lie in none.

    A folder is given as long as any version or delete marker is in it.
    """
    for page in aws.s3().get_paginator("list_object_versions").paginate(Bucket=bucket(), Prefix=prefix, Delimiter="/"):
        for folder in page.get("CommonPrefixes", []):
            yield folder["Prefix"]
        yield from _versions(page)


def _versions(page: "ListObjectVersionsOutputTypeDef") -> Iterator[StoredObject]:
    for version in page.get("Versions", []):
        yield StoredObject(version["Key"], version["Size"], version["VersionId"], modified_at=version["LastModified"])
    for marker in page.get("DeleteMarkers", []):
        yield StoredObject(marker["Key"], 0, marker["VersionId"], is_delete_marker=True, modified_at=marker["LastModified"])


def list_multiparts(prefix: str) -> Iterator[OpenMultipart]:
    """Every open multipart upload below ``prefix``."""
    for page in aws.s3().get_paginator("list_multipart_uploads").paginate(Bucket=bucket(), Prefix=prefix):
        for upload in page.get("Uploads", []):
            yield OpenMultipart(upload["Key"], upload["UploadId"], upload["Initiated"])


def list_parts(upload: OpenMultipart) -> list[UploadedPart]:
    """The parts that an open multipart upload has; none when it is gone."""
    s3 = aws.s3()
    try:
        return [
            UploadedPart(part["PartNumber"], part["ETag"], part["Size"], part["LastModified"])
            for page in s3.get_paginator("list_parts").paginate(Bucket=bucket(), Key=upload.key, UploadId=upload.upload_id)
            for part in page.get("Parts", [])
        ]
    except s3.exceptions.NoSuchUpload:
        return []


def complete_multipart(upload: OpenMultipart, parts: list[UploadedPart]) -> None:
    """Make the object of its parts. Raises botocore's ``ClientError`` when the upload is gone or the parts do not fit."""
    aws.s3().complete_multipart_upload(
        Bucket=bucket(),
        Key=upload.key,
        UploadId=upload.upload_id,
        MultipartUpload={"Parts": [{"PartNumber": part.number, "ETag": part.etag} for part in parts]},
    )


def delete(objects: list[StoredObject]) -> int:
    """Delete up to ``DELETE_BATCH`` objects or versions in one request; gives how many S3 says are gone.

    Deleting what is not there counts as gone, as S3 has it.
    """
    answer = aws.s3().delete_objects(
        Bucket=bucket(),
        Delete={
            "Objects": [{"Key": o.key, "VersionId": o.version_id} if o.version_id else {"Key": o.key} for o in objects],
        },
    )
    if refused := answer.get("Errors", []):
        logger.error("objects not deleted", count=len(refused), codes=sorted({error.get("Code", "") for error in refused}))
    return len(answer.get("Deleted", []))


def delete_below(prefix: str) -> None:
    """Delete every version of every object below ``prefix``."""
    versions = list_versions(prefix)
    while batch := list(islice(versions, DELETE_BATCH)):
        delete(batch)


def abort_multipart(upload: OpenMultipart) -> None:
    """Abort an open multipart upload; one that is gone already is fine."""
    s3 = aws.s3()
    try:
        s3.abort_multipart_upload(Bucket=bucket(), Key=upload.key, UploadId=upload.upload_id)
    except s3.exceptions.NoSuchUpload:
        return
