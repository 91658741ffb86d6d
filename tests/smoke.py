"""Goes the whole way of a video against a running Matinee, wherever that is: ``make smoke URL=https://…``.

Sign up, upload by tus, playable, the playlists and segments as host and as guest, end, receipt, and nothing left to watch.
It needs open sign-up, leaves one account behind, and works with real time-outs: exit status 0 when everything held.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import httpx2

from tests.e2e import films
from tests.e2e.hls import fetch
from tests.e2e.people import Person, eventually

TRANSCODE_SECONDS = 900  # a job of MediaConvert waits in its queue, and a cold worker needs a minute


def step(sentence: str, begun: float) -> None:
    """Say what held, and when."""
    print(f"{time.monotonic() - begun:7.2f} s  {sentence}", flush=True)


def whole_way(url: str, film: Path) -> None:
    """Raises ``AssertionError`` or ``TimeoutError`` at the first thing that does not hold."""
    begun = time.monotonic()
    with Person(url) as host, Person(url) as guest:
        session = host.sign_up().create_session("Smoke test")
        step("a host signed up and opened a session", begun)
        video = host.upload(session, film)
        step(f"{film.stat().st_size} bytes uploaded", begun)
        playable = host.wait(session, "playable", "ready", video=video, seconds=TRANSCODE_SECONDS)
        step("playable", begun)
        address = str(playable["url"])
        assert guest.http.get(address).status_code == 403, "a stranger read the playlist"
        guest.join(host.invite(session)).stream(session)
        assert guest.http.get(address).status_code == 200, "a guest could not read the playlist"
        host.wait(session, "ready", video=video, seconds=TRANSCODE_SECONDS)
        step("ready", begun)
        for person in (host, guest):
            person.stream(session)
            stream = fetch(person.http, str(host.wait(session, "ready", video=video)["url"]))
            assert stream.pictures, "there is no rendition"
            assert all(segment for each in stream.pictures for segment in each.segments), "a segment is empty"
        step(f"host and guest fetched {len(stream.pictures)} renditions with all their segments", begun)
        host.end(session)
        receipt = host.receipt(session)
        assert receipt["remaining"] == 0, receipt
        step(f"ended; by its receipt {receipt['deleted']['objects']} objects were deleted and 0 remain", begun)
        assert guest.http.get(f"/api/sessions/{session}/stream").status_code in (403, 409), "a guest still gets in"

        def playlist_is_out_of_reach() -> bool:  # CloudFront's edges hear of the end some seconds after us
            return guest.http.get(stream.pictures[0].address).status_code in (403, 404)

        eventually(playlist_is_out_of_reach)
        step("nothing is left to watch", begun)


def smoke(url: str) -> int:
    """Make a film of some seconds and go the way; gives the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            whole_way(url, films.short(Path(folder)))
        except (AssertionError, TimeoutError, httpx2.HTTPError) as error:
            print(f"FAILED: {error or type(error).__name__}", file=sys.stderr)
            return 1
    return 0


def main() -> int:
    """Read the command line, give the exit status."""
    parser = argparse.ArgumentParser(prog="make smoke", description=__doc__)
    parser.add_argument("url", help="the one origin")
    return smoke(parser.parse_args().url.rstrip("/"))


if __name__ == "__main__":
    sys.exit(main())
