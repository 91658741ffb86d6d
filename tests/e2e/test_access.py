"""Who gets a stream, and who gets nothing: every kind of file of it is refused alike."""

import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from matinee import cookies
from tests.e2e import films as makers
from tests.e2e import hls
from tests.e2e.people import TUS, Person, refusal, video_of
from tests.e2e.stores import Stores
from tests.stack import Stack

Newcomer = Callable[[], Person]


@dataclass(frozen=True)
class Screening:
    """A session with a film that is ready, and one address of each kind of file of its stream."""

    host: Person
    session: str
    video: str
    original: bytes
    upload: str
    addresses: dict[str, str]

    def answers(self, http: httpx2.Client, given: Mapping[str, str] | None = None) -> set[int]:
        """The statuses that these cookies get: ``http``'s own, or exactly those that are ``given``."""
        if given is None:
            return {http.get(address).status_code for address in self.addresses.values()}
        header = "; ".join(f"{name}={value}" for name, value in given.items())
        with httpx2.Client(base_url=http.base_url) as bare:
            return {bare.get(address, headers={"Cookie": header}).status_code for address in self.addresses.values()}


@pytest.fixture(scope="module")
def screening(stack: Stack, films: Path) -> Iterator[Screening]:
    with Person(stack.url) as host:
        session = host.sign_up().create_session()
        film = makers.short(films)
        upload = host.begin_file(session, film)
        host.send(upload, film)
        video = host.wait(session, "ready")
        addresses = hls.addresses(host.http, video["url"])
        yield Screening(host, session, video["id"], film.read_bytes(), upload, addresses)
        host.end(session)


def stream_cookies(person: Person, session: str) -> dict[str, str]:
    """The cookies that the stream call brings."""
    person.stream(session)
    names = (cookies.POLICY_COOKIE, cookies.SIGNATURE_COOKIE, cookies.KEY_COOKIE)
    jar = {c.name: c.value or "" for c in person.http.cookies.jar if c.path == f"/streams/{session}/"}
    return {name: jar[name] for name in names}


def test_the_host_and_a_guest_get_playlists_and_segments(screening: Screening, newcomer: Newcomer) -> None:
    guest = newcomer().join(screening.host.invite(screening.session))
    for person in (screening.host, guest):
        person.stream(screening.session)
        assert screening.answers(person.http) == {200}


def test_nobody_gets_anything_without_cookies(screening: Screening, newcomer: Newcomer) -> None:
    assert screening.answers(newcomer().http) == {403}


def test_a_stranger_with_an_account_is_refused(screening: Screening, newcomer: Newcomer) -> None:
    stranger = newcomer().sign_up()
    assert refusal(stranger.http.get(f"/api/sessions/{screening.session}/stream")) == (403, "forbidden")
    assert screening.answers(stranger.http) == {403}


def test_a_guest_of_another_session_gets_403_whatever_cookies_are_sent(screening: Screening, newcomer: Newcomer) -> None:
    other_host = newcomer().sign_up()
    other_session = other_host.create_session()
    guest = newcomer().join(other_host.invite(other_session))
    assert screening.answers(guest.http, stream_cookies(guest, other_session)) == {403}
    entry = {cookie.name: cookie.value or "" for cookie in guest.http.cookies.jar}
    with httpx2.Client(base_url=guest.http.base_url, cookies=entry) as shameless:
        assert shameless.get(f"/api/sessions/{screening.session}/stream").status_code in (401, 403)
        assert screening.answers(shameless) == {403}


def test_a_new_invite_voids_the_old_link_its_guests_and_the_cookies_they_hold(screening: Screening, newcomer: Newcomer) -> None:
    old_link = screening.host.invite(screening.session)
    guest = newcomer().join(old_link)
    held = stream_cookies(guest, screening.session)
    assert screening.answers(guest.http, held) == {200}
    new_link = screening.host.invite(screening.session)
    assert screening.answers(guest.http, held) == {403}
    assert guest.http.get(f"/api/sessions/{screening.session}/stream").status_code in (401, 403)
    latecomer = newcomer()
    with pytest.raises(AssertionError, match="invite_invalid"):
        latecomer.join(old_link)
    latecomer.join(new_link).stream(screening.session)
    assert screening.answers(latecomer.http) == {200}


@dataclass(frozen=True)
class Forger:
    """Makes stream cookies, with the real key or another one."""

    screening: Screening
    stores: Stores

    def cookies(self, seconds: int, session: str | None = None, key: rsa.RSAPrivateKey | None = None) -> dict[str, str]:
        """Cookies that expire in so many seconds."""
        env, signing = self.stores.stack.env, key or self.real_key
        sql = "select access_epoch from sessions where id = %s"
        epoch = self.stores.rows(sql, self.screening.session)[0]["access_epoch"]
        target = UUID(session or self.screening.session)
        policy = cookies.stream_policy(env["MATINEE_PUBLIC_URL"], target, epoch, int(time.time()) + seconds)

        def sign(data: bytes) -> bytes:
            return signing.sign(data, PKCS1v15(), SHA1())  # noqa: S303 - what CloudFront's signed cookies are made with

        return cookies.signed_cookies(policy, env["MATINEE_SIGNING_KEY_ID"], sign)

    @property
    def real_key(self) -> rsa.RSAPrivateKey:
        key = load_pem_private_key(self.stores.secret("MATINEE_SIGNING_KEY_SECRET_ID").encode(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return key


@pytest.fixture
def forger(screening: Screening, stores: Stores) -> Forger:
    return Forger(screening, stores)


def test_an_expired_cookie_gets_403_where_the_same_one_unexpired_gets_200(screening: Screening, forger: Forger) -> None:
    assert screening.answers(screening.host.http, forger.cookies(seconds=60)) == {200}
    assert screening.answers(screening.host.http, forger.cookies(seconds=-1)) == {403}


def test_cookies_that_were_tampered_with_get_403(screening: Screening, forger: Forger) -> None:
    good = stream_cookies(screening.host, screening.session)
    longer = forger.cookies(seconds=9999)
    flipped = good[cookies.SIGNATURE_COOKIE]
    flipped = ("B" if flipped[0] == "A" else "A") + flipped[1:]
    other_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    tampered = {
        "a longer policy under the old signature": good | {cookies.POLICY_COOKIE: longer[cookies.POLICY_COOKIE]},
        "another signature": good | {cookies.SIGNATURE_COOKIE: flipped},
        "another key id": good | {cookies.KEY_COOKIE: "KSOMEOTHER"},
        "a key of one's own": forger.cookies(seconds=60, key=other_key),
        "the real key's policy for another session": forger.cookies(seconds=60, session=str(UUID(int=7))),
        "no policy": {name: value for name, value in good.items() if name != cookies.POLICY_COOKIE},
        "no signature": {name: value for name, value in good.items() if name != cookies.SIGNATURE_COOKIE},
        "no key id": {name: value for name, value in good.items() if name != cookies.KEY_COOKIE},
        "nonsense": dict.fromkeys(good, "e30_"),
    }
    assert {how: screening.answers(screening.host.http, given) for how, given in tampered.items()} == {
        how: {403} for how in tampered
    }
    assert screening.answers(screening.host.http, good) == {200}


@pytest.mark.parametrize(
    "path",
    [
        "/uploads/{session}/{video}",
        "/uploads/{session}/{video}.info",
        "/streams/{session}/../../uploads/{session}/{video}",
        "/streams/{session}/%2e%2e/%2e%2e/uploads/{session}/{video}",
        "/streams/{session}/..%2f..%2fuploads%2f{session}%2f{video}",
        "/streams/{session}//uploads/{session}/{video}",
        "/streams/../uploads/{session}/{video}",
        "/matinee/uploads/{session}/{video}",
        "/files/{session}/{video}",
    ],
)
def test_an_original_cannot_be_read_even_with_good_cookies(screening: Screening, path: str) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in stream_cookies(screening.host, screening.session).items())
    address = path.format(session=screening.session, video=screening.video)
    answer = _plainly(screening.host.http, "GET", address, cookie)
    assert answer[:3] != b"HTTP/1.1 200" or b"text/html" in answer
    assert screening.original[:64] not in answer
    assert b"MetaData" not in answer


@pytest.mark.parametrize(
    "path", ["/hooks/tusd", "/hooks/tusd/", "/hooks//tusd", "/api/../hooks/tusd", "/%68ooks/tusd", "/api/hooks/tusd"]
)
def test_the_upload_hooks_cannot_be_called_from_outside(stack: Stack, path: str) -> None:
    with httpx2.Client(base_url=stack.url) as outsider:
        status = int(_plainly(outsider, "POST", path, "").split(b" ", 2)[1])
    assert status in (400, 404, 405)


def test_an_upload_under_way_can_be_neither_written_nor_deleted_by_whoever_knows_only_its_ids(
    screening: Screening, newcomer: Newcomer, films: Path
) -> None:
    film = makers.short(films)
    address = screening.host.begin_file(screening.session, film)
    screening.host.send(address, film, until=film.stat().st_size // 2)
    sent, stranger, guessed = screening.host.offset(address), newcomer().http, address.partition("+")[0]
    assert guessed != address
    for guess in (guessed, f"{guessed}+", f"{guessed}+guess"):
        for offset in (0, sent, film.stat().st_size):
            patch = {**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
            stranger.patch(guess, content=b"intruder", headers=patch)
        assert stranger.delete(guess, headers=TUS).status_code in (401, 404)
    assert stranger.delete(address, headers=TUS).status_code == 401
    assert screening.host.offset(address) == sent
    screening.host.send(address, film)
    video = video_of(address)
    assert screening.host.wait(screening.session, "ready", video=video)["size_bytes"] == film.stat().st_size


def test_a_complete_original_can_neither_be_read_nor_deleted_through_the_upload_server(
    screening: Screening, newcomer: Newcomer
) -> None:
    for http in (newcomer().http, screening.host.http):
        assert screening.original[:64] not in http.get(screening.upload).content
        assert http.delete(screening.upload, headers=TUS).status_code in (401, 403, 409)
    assert screening.host.wait(screening.session, "ready", video=screening.video)


def test_after_the_end_the_stream_is_refused_with_cookies_that_were_good(newcomer: Newcomer, films: Path) -> None:
    host = newcomer().sign_up()
    session = host.create_session()
    host.upload(session, makers.short(films))
    addresses = hls.addresses(host.http, host.wait(session, "playable", "ready")["url"])
    guest = newcomer().join(host.invite(session))
    guest.stream(session)
    assert {guest.http.get(address).status_code for address in addresses.values()} == {200}
    host.end(session)
    assert {guest.http.get(address).status_code for address in addresses.values()} == {403}
    for person in (guest, host):
        assert refusal(person.http.get(f"/api/sessions/{session}/stream")) == (409, "session_ended")


def _plainly(http: httpx2.Client, method: str, path: str, cookie: str) -> bytes:
    """The raw answer to a request whose path no client has tidied up."""
    host, port = str(http.base_url.host), http.base_url.port
    assert port
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((host, port), timeout=30) as connection:
        connection.sendall(head.encode())
        return b"".join(iter(lambda: connection.recv(1 << 16), b""))
