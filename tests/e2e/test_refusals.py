"""Uploads that are refused, handled or given up: a clear answer, and nothing left behind."""

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e import films as makers
from tests.e2e.people import Person, eventually, refusal, video_of
from tests.e2e.stores import Stores

GIB = 1 << 30


@pytest.fixture
def session(host: Person) -> str:
    return host.create_session()


@pytest.mark.parametrize(
    ("size", "metadata", "expected"),
    [
        (50 * GIB + 1, {}, (413, "upload_too_large")),
        (1 << 62, {}, (413, "upload_too_large")),
        (10, {"filetype": "text/html"}, (415, "upload_type_not_video")),
        (10, {"filetype": "application/x-msdownload"}, (415, "upload_type_not_video")),
        (10, {"session": "../../etc/passwd"}, (422, "upload_metadata_invalid")),
        (10, {"session": ""}, (422, "upload_metadata_invalid")),
        (10, {"session": str(uuid.UUID(int=1))}, (404, "session_not_found")),
    ],
)
def test_an_upload_that_cannot_be_is_refused_with_a_problem_and_leaves_nothing(
    host: Person, session: str, stores: Stores, size: int, metadata: dict[str, str], expected: tuple[int, str]
) -> None:
    assert refusal(host.begin(**({"session": session} | metadata), size=size)) == expected
    assert host.videos(session) == []
    assert stores.left(session) == []


def test_an_upload_without_credentials_or_into_a_foreign_or_ended_session_is_refused(
    host: Person, session: str, stores: Stores, newcomer: Callable[[], Person]
) -> None:
    stranger, guest = newcomer().sign_up(), newcomer().join(host.invite(session))
    assert refusal(newcomer().begin(session, 10)) == (401, "not_authenticated")
    assert refusal(guest.begin(session, 10)) == (401, "not_authenticated")
    assert refusal(stranger.begin(session, 10))[0] in (403, 404)
    assert host.videos(session) == []
    host.end(session)
    assert refusal(host.begin(session, 10)) == (409, "session_ended")
    assert host.receipt(session)["videos"] == []
    assert stores.left(session) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"Once upon a time there was a text that called itself a film.\n", "not_a_video"),
        (b"", "not_a_video"),
        (b"\x00" * 100_000, "not_a_video"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n", "forbidden_format"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "forbidden_format"),
    ],
    ids=["text", "empty", "zeros", "playlist", "concat script"],
)
def test_a_file_that_lies_about_its_type_fails_with_a_sentence_and_nothing_of_it_is_kept(
    host: Person, session: str, stores: Stores, tmp_path: Path, content: bytes, code: str
) -> None:
    lie = tmp_path / "film.mp4"
    lie.write_bytes(content)
    host.upload(session, lie)
    error = host.wait(session, "failed")["error"]
    assert error["code"] == code
    assert error["message"].endswith(".")
    eventually(lambda: stores.left(session) == [])


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("\"quoted\" 'twice'.mp4", "\"quoted\" 'twice'.mp4"),
        ("two\r\nlines.mp4", "two lines.mp4"),
        ("🎬 première — 映画.mp4", "🎬 première — 映画.mp4"),
        ("../../../etc/passwd", "passwd"),
        ("C:\\films\\mine.mp4", "mine.mp4"),
        ("<script>alert(1)</script>.mp4", "script>.mp4"),
        ("", "video"),
        ("..", "video"),
    ],
)
def test_a_strange_file_name_is_shown_harmless_and_its_film_plays(
    host: Person, session: str, stores: Stores, films: Path, said: str, shown: str
) -> None:
    video = host.upload(session, makers.short(films), filename=said)
    assert host.wait(session, "playable", "ready")["filename"] == shown
    host.end(session)
    assert [(each["id"], each["filename"]) for each in host.receipt(session)["videos"]] == [(video, shown)]
    assert stores.left(session) == []


def test_a_file_name_of_300_characters_is_shortened_and_keeps_its_ending(host: Person, session: str) -> None:
    host.begin(session, 10, filename="x" * 296 + ".mp4").raise_for_status()
    (video,) = host.videos(session)
    assert len(video["filename"]) == 255
    assert video["filename"].endswith("xx.mp4")


def test_what_was_broken_off_is_removed_when_the_session_ends(host: Person, session: str, stores: Stores, films: Path) -> None:
    film = makers.large(films)
    announced = host.begin_file(session, film)
    begun = host.begin_file(session, film)
    host.send(begun, film, until=film.stat().st_size * 2 // 3)
    assert any(entry.startswith("Uploads: ") for entry in stores.left(session)), "no open multipart upload to be removed"
    host.end(session)
    receipt = host.receipt(session)
    assert receipt["remaining"] == 0
    assert receipt["found"]["multipart_uploads"] == receipt["deleted"]["multipart_uploads"] == 2
    assert {video["id"] for video in receipt["videos"]} == {video_of(announced), video_of(begun)}
    assert stores.left(session) == []
    assert host.offset(begun) is None
