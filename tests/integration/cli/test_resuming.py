"""Uploads that are stopped in the middle, and go on where they were."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e import films
from tests.e2e.people import eventually
from tests.integration.cli.conftest import Host
from tests.integration.cli.gate import Gate, gate_to
from tests.stack import Stack

SHUT_AT = 20_000_000
HEADERS_AND_CALLS = 1_000_000  # far less than a part of the film
GATE_SECONDS = 30


@pytest.fixture
def gate(stack: Stack) -> Iterator[Gate]:
    port = urlsplit(stack.url).port
    assert port
    with gate_to(port) as gate:
        yield gate


@pytest.fixture
def host(stranger: Host, gate: Gate) -> Host:
    """A host whose every byte goes through the gate."""
    stranger.server = gate.url
    return stranger.login()


def stop_in_the_middle(host: Host, gate: Gate, how: signal.Signals, *arguments: str) -> tuple[int, str]:
    """Upload until the gate shuts, then send the command a signal; gives its exit status and stderr."""
    gate.shut_at = SHUT_AT
    with host.start("upload", *arguments) as process:
        assert gate.is_shut.wait(GATE_SECONDS)
        process.send_signal(how)
        _, err = process.communicate(timeout=GATE_SECONDS)
    gate.open()
    return process.returncode, err


def bytes_on_the_server(host: Host) -> int:
    """The offset of the only unfinished upload, as the server tells it; tusd must have noticed the end of the connection."""
    [kept] = host.state.glob("*.json")
    address = json.loads(kept.read_text())["address"]
    return eventually(lambda: host.person.offset(address) or None)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_the_same_command_goes_on_where_it_was_stopped(host: Host, gate: Gate, films_folder: Path, how: signal.Signals) -> None:
    film = films.large(films_folder)
    command = (str(film), "--title", "Long one")
    status, err = stop_in_the_middle(host, gate, how, *command)
    assert status == (130 if how is signal.SIGINT else -signal.SIGKILL)
    assert ("The same command goes on" in err) == (how is signal.SIGINT)
    assert "Traceback" not in err

    offset = bytes_on_the_server(host)
    assert 0 < offset < film.stat().st_size
    done = host.run("upload", *command, "--json").json
    assert gate.taken_in < film.stat().st_size - offset + HEADERS_AND_CALLS
    assert [video["size_bytes"] for video in done["videos"]] == [film.stat().st_size]
    assert done["videos"][0]["status"] in ("playable", "ready")
    assert [one["title"] for one in host.run("sessions", "--json").json] == ["Long one"]
    assert len(host.person.videos(done["session"]["id"])) == 1
    assert not list(host.state.iterdir())


def test_files_that_were_whole_already_are_not_sent_again(host: Host, gate: Gate, films_folder: Path) -> None:
    short, large = films.short(films_folder), films.large(films_folder)
    stop_in_the_middle(host, gate, signal.SIGKILL, str(short), str(large))
    done = host.run("upload", str(short), str(large), "--json").json
    assert [video["filename"] for video in done["videos"]] == [short.name, large.name]
    assert len(host.person.videos(done["session"]["id"])) == 2


def test_a_connection_that_breaks_is_made_again(host: Host, gate: Gate, films_folder: Path) -> None:
    film = films.large(films_folder)
    gate.cuts, gate.shut_at = True, SHUT_AT
    done = host.run("upload", str(film), "--json").json
    assert gate.is_shut.is_set()
    assert gate.taken_in < film.stat().st_size + SHUT_AT
    assert len(host.person.videos(done["session"]["id"])) == 1


def test_another_title_means_another_session(host: Host, gate: Gate, films_folder: Path) -> None:
    film = str(films.large(films_folder))
    stop_in_the_middle(host, gate, signal.SIGKILL, film, "--title", "One")
    assert host.run("upload", film, "--title", "Two", "--json", "--no-wait").json["session"]["title"] == "Two"
    assert host.run("upload", film, "--title", "One", "--json", "--no-wait").json["session"]["title"] == "One"
    assert [one["title"] for one in host.run("sessions", "--json").json] == ["Two", "One"]


def test_an_upload_whose_session_has_ended_begins_anew(host: Host, gate: Gate, films_folder: Path) -> None:
    film = str(films.large(films_folder))
    stop_in_the_middle(host, gate, signal.SIGKILL, film)
    [before] = host.run("sessions", "--json").json
    assert host.run("end", before["id"], "--yes").status == 0
    assert host.run("receipt", before["id"], "--wait").status == 0
    done = host.run("upload", film, "--json", "--no-wait").json
    assert done["session"]["id"] != before["id"]
    assert not list(host.state.iterdir())


def test_a_session_that_ends_during_the_upload_stops_it(host: Host, gate: Gate, films_folder: Path) -> None:
    gate.shut_at = SHUT_AT
    with host.start("upload", str(films.large(films_folder))) as process:
        assert gate.is_shut.wait(GATE_SECONDS)
        [session] = host.person.http.get("/api/sessions").json()["items"]
        host.person.end(session["id"])
        host.person.receipt(session["id"])
        gate.open()  # which breaks the connection that was held
        _, err = process.communicate(timeout=GATE_SECONDS)
    assert process.returncode == 1
    assert err.strip().endswith("[session_ended]")
