"""What goes wrong, said in one line and an exit status."""

import os
from pathlib import Path

import pytest

from tests.e2e import films
from tests.e2e.people import Person
from tests.integration.cli.conftest import Ended, Host
from tests.stack import Stack, free_ports


def complaint(ended: Ended) -> tuple[int, str]:
    """Exit status and code (or the whole line, where there is none); nothing is on stdout."""
    assert ended.out == ""
    line = ended.err.splitlines()[-1]
    assert line.startswith("matinee: ")
    return ended.status, line.rpartition("[")[2].rstrip("]") if line.endswith("]") else line


def test_a_wrong_password_keeps_nobody_signed_in(stranger: Host) -> None:
    ended = stranger.run("login", "--email", stranger.person.email, stdin="a wrong password\n")
    assert complaint(ended) == (1, "wrong_credentials")
    assert "a wrong password" not in ended.err
    assert stranger.token() is None


def test_a_password_can_come_from_the_environment_but_must_come(stranger: Host) -> None:
    assert stranger.run("login", "--email", stranger.person.email).status == 2
    assert stranger.run("login").status == 2
    stranger.more["MATINEE_PASSWORD"] = "a wrong password"
    assert complaint(stranger.run("login", "--email", stranger.person.email)) == (1, "wrong_credentials")


def test_a_server_that_is_away_is_said_to_be(host: Host, films_folder: Path) -> None:
    host.server = f"http://127.0.0.1:{free_ports()}"
    host.more["MATINEE_TOKEN"] = "any"
    session = "00000000-0000-7000-8000-000000000000"
    for command in (
        ("sessions",),
        ("status", session, "--watch"),
        ("upload", str(films.short(films_folder))),
        ("end", session, "-y"),
    ):
        status, line = complaint(host.run(*command))
        assert status == 4
        assert "connection refused" in line


def test_signing_out_where_the_server_is_away_removes_the_token_here(stranger: Host) -> None:
    stranger.login()
    file = stranger.home / "config" / "matinee" / "credentials.json"
    away = f"http://127.0.0.1:{free_ports()}"
    file.write_text(file.read_text().replace(stranger.server, away))
    stranger.server = away
    assert stranger.run("logout").status == 4
    assert not file.exists()


def test_a_file_that_is_no_video_is_refused_and_leaves_no_session(host: Host) -> None:
    notes = host.home / "notes.txt"
    notes.write_text("notes")
    ended = host.run("upload", str(notes))
    assert complaint(ended) == (1, "upload_type_not_video")
    assert "notes.txt" in ended.err
    [session] = host.run("sessions", "--json").json
    assert session["state"] in ("ending", "ended")
    assert not host.state.exists()


def test_what_was_uploaded_before_a_refused_file_stays(host: Host, films_folder: Path) -> None:
    notes = host.home / "notes.txt"
    notes.write_text("notes")
    film = str(films.short(films_folder))
    assert complaint(host.run("upload", film, str(notes))) == (1, "upload_type_not_video")
    done = host.run("upload", film, "--json").json
    assert [one["id"] for one in host.run("sessions", "--json").json] == [done["session"]["id"]]
    assert len(host.person.videos(done["session"]["id"])) == 1


def test_a_film_that_is_none_ends_with_the_status_for_failed_videos(host: Host) -> None:
    fake = host.home / "fake.mp4"
    fake.write_bytes(os.urandom(100_000))
    ended = host.run("upload", str(fake))
    assert ended.status == 5
    assert ended.err.splitlines()[-1].endswith("[not_a_video]")
    session = ended.out.split()[1]
    assert host.run("status", session, "--watch").status == 5
    shown = host.run("status", session)
    assert shown.status == 0
    assert shown.out.splitlines()[-1] == "fake.mp4: This file is not a video or audio file. [not_a_video]"
    assert host.run("upload", str(fake), "--session", session, "--no-wait").status == 0


@pytest.mark.parametrize("command", ["status", "invite", "end", "receipt"])
def test_another_hosts_session_stays_closed(stack: Stack, host: Host, command: str) -> None:
    with Person(stack.url) as other:
        session = other.sign_up().create_session()
        more = ("--yes",) if command == "end" else ()
        assert complaint(host.run(command, session, *more)) == (1, "forbidden")


def test_an_open_session_has_no_receipt_to_wait_for(host: Host) -> None:
    session = host.person.create_session()
    assert complaint(host.run("receipt", session)) == (1, "receipt_not_ready")
    assert complaint(host.run("receipt", session, "--wait")) == (1, "receipt_not_ready")


def test_what_has_ended_takes_no_film_and_no_guests(host: Host, films_folder: Path) -> None:
    session = host.person.create_session()
    host.person.end(session)
    assert complaint(host.run("upload", str(films.short(films_folder)), "--session", session)) == (1, "session_ended")
    assert complaint(host.run("invite", session)) == (1, "session_ended")
    assert host.run("end", session, "--yes").status == 0


def test_an_end_in_the_past_is_refused_before_anything_is_sent(host: Host, films_folder: Path) -> None:
    ended = host.run("upload", str(films.short(films_folder)), "--ends", "2020-01-01T00:00Z")
    assert complaint(ended) == (1, "ends_at_in_past")
    assert host.run("sessions", "--json").json == []


def test_a_receipt_that_cannot_be_written_is_this_machines_fault(host: Host) -> None:
    session = host.person.create_session()
    host.person.end(session)
    ended = host.run("receipt", session, "--wait", "--output", "no/such/folder.json")
    assert complaint(ended)[0] == 2
    assert "no/such/folder.json" in ended.err


def test_a_reader_that_has_enough_ends_the_command_quietly(host: Host) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with host.start("sessions", stdout=writer) as process:
        os.close(writer)
        _, err = process.communicate()
    assert (process.returncode, err) == (141, "")
