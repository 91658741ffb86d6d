"""tusd's hook requests and responses, as its package ``hooks`` (v2) encodes them: Go's field names, whole structs."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from functions.on_upload.admission import Admitted
from matinee.auth import Credentials
from matinee.errors import MatineeError
from matinee.http import PROBLEM, problem_response

HookResponse = dict[str, Any]


class HookedUpload(BaseModel):
    """``handler.FileInfo``. The id is empty before the upload was created; sizes in bytes."""

    id: str = Field("", alias="ID")
    size: int = Field(0, alias="Size")
    size_is_deferred: bool = Field(False, alias="SizeIsDeferred")
    is_partial: bool = Field(False, alias="IsPartial")
    is_final: bool = Field(False, alias="IsFinal")
    metadata: dict[str, str] | None = Field(None, alias="MetaData")


class HookedRequest(BaseModel):
    """``handler.HTTPRequest``: the client's request to tusd."""

    headers: dict[str, list[str]] | None = Field(None, alias="Header")

    def credentials(self) -> Credentials:
        """What the client brought. Go writes header names in one canonical form."""
        headers = self.headers or {}
        return Credentials.of_headers(next(iter(headers.get("Authorization", [])), None), "; ".join(headers.get("Cookie", [])))


class HookEvent(BaseModel):
    """``handler.HookEvent``."""

    upload: HookedUpload = Field(alias="Upload")
    request: HookedRequest = Field(alias="HTTPRequest")


class Hook(BaseModel):
    """``hooks.HookRequest``."""

    type: str = Field(alias="Type")
    event: HookEvent = Field(alias="Event")


def named(admitted: Admitted) -> HookResponse:
    """Let an upload begin, under the id and with the metadata that we give it."""
    return {
        "ChangeFileInfo": {
            "ID": f"{admitted.session_id}/{admitted.video_id}",
            "MetaData": {
                "session": str(admitted.session_id),
                "filename": admitted.filename,
                "filetype": admitted.filetype,
            },
        }
    }


def refused(what: Literal["RejectUpload", "RejectTermination"], error: MatineeError) -> HookResponse:
    """Refuse an upload or its cancelling; tusd passes the problem on to the client."""
    body = bytes(problem_response(error).body).decode()
    return {what: True, "HTTPResponse": {"StatusCode": error.status, "Body": body, "Header": {"Content-Type": PROBLEM}}}
