"""Keys and upload ids are ours to the letter, or they are none of ours."""

from uuid import UUID

import pytest

from functions.on_upload.uploads import ids_of_key, ids_of_upload
from matinee.ids import new_id, upload_key

SESSION, VIDEO = UUID("01a205a1-5027-7763-af62-8373d0414d77"), UUID("01a205a1-507a-743c-9690-efc3dec4f5e2")


def test_an_originals_key_names_session_and_video() -> None:
    session_id, video_id = new_id(), new_id()
    assert ids_of_key(upload_key(session_id, video_id)) == (session_id, video_id)


@pytest.mark.parametrize(
    "key",
    ["", "uploads/", f"uploads/{SESSION}", f"uploads/{SESSION}/{VIDEO}.info", f"uploads/{SESSION}/{VIDEO}.part",
     f"uploads/{SESSION}/{VIDEO}\n", f"uploads/{SESSION}/{VIDEO}/x", f"streams/{SESSION}/{VIDEO}", f"uploads/{SESSION}//{VIDEO}",
     f"uploads/{SESSION}/../{VIDEO}", f"uploads/{SESSION.hex}/{VIDEO.hex}"],
)  # fmt: skip
def test_other_keys_name_nothing(key: str) -> None:
    assert ids_of_key(key) is None


@pytest.mark.parametrize("suffix", ["", "+", "+2~abc.def-_", "+a+b"])
def test_an_uploads_id_may_carry_the_stores_own(suffix: str) -> None:
    assert ids_of_upload(f"{SESSION}/{VIDEO}{suffix}") == (SESSION, VIDEO)


@pytest.mark.parametrize("upload_id", ["", "24e533e0+x", f"{SESSION}+x", f"{SESSION}/{VIDEO}.info", f"x/{SESSION}/{VIDEO}"])
def test_other_ids_are_none_of_ours(upload_id: str) -> None:
    assert ids_of_upload(upload_id) is None
