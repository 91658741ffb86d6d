"""From login to receipt, as a script does it."""

import json
import os
import pty
import stat
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e import films
from tests.e2e.people import PASSWORD, Person
from tests.integration.cli.conftest import Host
from tests.stack import Stack


def test_login_upload_status_invite_end_receipt(stack: Stack, stranger: Host, films_folder: Path) -> None:
    signed_in = stranger.run("login", "--email", stranger.person.email, "--json", stdin=PASSWORD + "\n").json
    assert signed_in["user"]["email"] == stranger.person.email
    assert stat.S_IMODE((stranger.home / "config" / "matinee" / "credentials.json").stat().st_mode) == 0o600

    short, hevc = films.short(films_folder), films.hevc(films_folder)
    uploaded = stranger.run("upload", str(short), str(hevc), "--title", "Rushes", "--ends", "2h", "--json").json
    session = uploaded["session"]["id"]
    assert uploaded["session"]["title"] == "Rushes"
    assert uploaded["session"]["ends_at"] is not None
    assert [video["filename"] for video in uploaded["videos"]] == [short.name, hevc.name]
    assert {video["status"] for video in uploaded["videos"]} <= {"playable", "ready"}

    with Person(stack.url) as guest:
        watched = guest.join(uploaded["watch_url"]).stream(session)
    assert [video["filename"] for video in watched["videos"]] == [short.name, hevc.name]

    lines = stranger.run("status", session, "--watch", "--json").out.splitlines()
    assert [video["status"] for video in json.loads(lines[-1])["videos"]] == ["ready", "ready"]
    shown = stranger.run("status", session)
    assert "Rushes" in shown.out
    assert short.name in shown.out

    link = stranger.run("invite", session).out.strip()
    assert link != uploaded["watch_url"]
    with Person(stack.url) as guest:
        answer = guest.http.post(f"/api/sessions/{session}/join", json={"invite": urlsplit(uploaded["watch_url"]).fragment})
        assert answer.json()["code"] == "invite_invalid"
        guest.join(link)

    assert session in stranger.run("sessions").out
    assert [one["id"] for one in stranger.run("sessions", "--json").json] == [session]

    assert stranger.run("end", session, "--yes", "--json").json["state"] in ("ending", "ended")
    waited = stranger.run("receipt", session, "--wait", "--output", "receipt.json")
    assert (waited.status, waited.out) == (0, "")
    receipt = json.loads((stranger.home / "receipt.json").read_text())
    assert receipt == stranger.run("receipt", session, "--json").json
    assert receipt["remaining"] == 0
    assert receipt["found"] == receipt["deleted"]
    assert receipt["found"]["objects"] > 2
    assert "remaining: 0" in stranger.run("receipt", session).out


def test_another_upload_to_a_session_leaves_its_link_alone(stack: Stack, host: Host, films_folder: Path) -> None:
    film = str(films.short(films_folder))
    first = host.run("upload", film, "--json", "--no-wait").json
    second = host.run("upload", film, "--session", first["session"]["id"], "--json", "--wait", "ready").json
    assert first["session"]["title"] == "short"
    assert second["watch_url"] is None
    assert second["session"]["id"] == first["session"]["id"]
    assert [video["status"] for video in second["videos"]] == ["ready"]
    assert second["videos"][0]["id"] != first["videos"][0]["id"]
    with Person(stack.url) as guest:
        guest.join(first["watch_url"])


def test_for_people_the_link_stands_on_a_line_of_its_own(host: Host, films_folder: Path) -> None:
    ended = host.run("upload", str(films.short(films_folder)))
    lines = [line.split() for line in ended.out.splitlines()]
    assert [line[0] for line in lines[:2]] == ["session", "watch"]
    assert lines[1][1].startswith(f"{host.server}/watch/{lines[0][1]}#")
    assert lines[2][1] == "short.mp4"
    assert "short.mp4: uploaded" in ended.err
    assert not list(host.state.iterdir())


def test_a_terminal_is_shown_bars_and_stdout_stays_clean(host: Host, films_folder: Path) -> None:
    ours, theirs = pty.openpty()
    host.more["TERM"] = "xterm"
    with host.start("upload", str(films.short(films_folder)), "--json", stderr=theirs) as process:
        os.close(theirs)
        shown = _read_all(ours)
        assert process.stdout is not None
        assert json.loads(process.stdout.read())["videos"][0]["filename"] == "short.mp4"
    assert "━" in shown
    assert "short.mp4" in shown


def test_a_password_that_is_typed_is_not_shown(stranger: Host) -> None:
    ours, theirs = pty.openpty()
    with stranger.start("login", stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True) as process:
        os.close(theirs)
        shown = _read_until(ours, "address: ")
        os.write(ours, f"{stranger.person.email}\n".encode())
        shown += _read_until(ours, "Password: ")
        os.write(ours, f"{PASSWORD}\n".encode())
        shown += _read_all(ours)
    assert process.returncode == 0, shown
    assert PASSWORD not in shown
    assert stranger.run("sessions", "--json").json == []


@pytest.mark.parametrize(("typed", "status", "state"), [("y", 0, "ended"), ("n", 130, "open"), ("\x03", 130, "open")])
def test_ending_a_session_asks_first(host: Host, typed: str, status: int, state: str) -> None:
    session = host.person.create_session()
    ours, theirs = pty.openpty()
    with host.start("end", session, stdin=theirs, stdout=theirs, stderr=theirs, preexec_fn=_own_terminal) as process:
        os.close(theirs)
        _read_until(ours, "End it?")
        os.write(ours, f"{typed}\n".encode())
        shown = _read_all(ours)
    assert process.returncode == status, shown
    assert host.run("status", session, "--json").json["state"] in (state, "ending" if state == "ended" else state)


def test_signing_out_makes_the_token_void(host: Host) -> None:
    token = host.token()
    assert host.run("logout").status == 0
    assert host.token() is None
    assert host.run("sessions").status == 3
    host.more["MATINEE_TOKEN"] = str(token)
    void = host.run("sessions")
    assert void.status == 3
    assert void.err.strip().endswith("[not_authenticated]")


def _own_terminal() -> None:
    """Make stdin the controlling terminal, so that Ctrl-C arrives as it does for people."""
    os.setsid()
    os.close(os.open(os.ttyname(0), os.O_RDWR))


def _read_until(terminal: int, text: str) -> str:
    shown = ""
    while text not in shown:
        shown += os.read(terminal, 4096).decode()
    return shown


def _read_all(terminal: int) -> str:
    shown = b""
    while True:
        try:
            block = os.read(terminal, 4096)
        except OSError:  # Linux's way to say that nobody is at the other end
            block = b""
        if not block:
            os.close(terminal)
            return shown.decode()
        shown += block
