"""HTTP app for tusd's hooks: it lets uploads begin and be cancelled, and is the first witness of their end."""

import hmac
from base64 import b64encode
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from functions.on_upload import admission, uploads
from functions.on_upload.hook_bodies import Hook, HookResponse, named, refused
from matinee.errors import MatineeError
from matinee.http import make_app, make_lambda_handler
from matinee.intake import take_in
from matinee.secrets import read_secret
from matinee.settings import HookSettings, settings


def from_tusd(request: Request) -> None:
    """FastAPI dependency: only tusd knows the shared secret; it can only send it as HTTP Basic. Raises hook_forbidden."""
    secret = read_secret(settings(HookSettings).hook_secret_id)
    expected = b"Basic " + b64encode(f"tusd:{secret}".encode())
    if not hmac.compare_digest(expected, request.headers.get("authorization", "").encode()):
        raise MatineeError("hook_forbidden")


router = APIRouter()


@router.post("/hooks/tusd")
def on_hook(hook: Hook, _: Annotated[None, Depends(from_tusd)]) -> HookResponse:
    """Answer one hook; an empty answer changes nothing. Any status but 2xx would be a 500 for the client."""
    upload, ids = hook.event.upload, uploads.ids_of_upload(hook.event.upload.id)
    match hook.type, ids:
        case "pre-create", _:
            return _pre_create(hook)
        case "pre-terminate", (session_id, video_id):
            try:
                admission.check_cancelling(hook.event.request.credentials(), session_id, video_id)
            except MatineeError as error:
                return refused("RejectTermination", error)
        case "post-create", (_, video_id):
            uploads.note_upload(video_id, upload.id)
        case "post-finish", (session_id, video_id):
            take_in(session_id, video_id, upload.size, witness="hook")
        case "post-terminate", (_, video_id):
            uploads.forget(video_id)
    return {}


def _pre_create(hook: Hook) -> HookResponse:
    upload = hook.event.upload
    said = upload.metadata or {}
    wish = admission.Wish(
        session=said.get("session", ""),
        filename=said.get("filename", ""),
        filetype=said.get("filetype", ""),
        size_bytes=None if upload.size_is_deferred else upload.size,
        is_in_pieces=upload.is_partial or upload.is_final,
    )
    try:
        return named(admission.admit(hook.event.request.credentials(), wish))
    except MatineeError as error:
        return refused("RejectUpload", error)


app = make_app("Matinee upload hooks", [router])
lambda_handler = make_lambda_handler(app)
