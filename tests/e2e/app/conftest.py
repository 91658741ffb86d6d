"""A session with a film that is ready, for the tests of the app's pages."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.app.films import with_menus
from tests.e2e.browsing import Audience
from tests.e2e.people import Person
from tests.stack import Stack


@dataclass(frozen=True)
class Screening:
    """A host, a session of theirs with one film, and the link that lets guests in."""

    host: Person
    session: str
    link: str


@pytest.fixture(scope="module")
def screening(stack: Stack, films: Path) -> Iterator[Screening]:
    """Ready to watch, in several qualities, with sound in two languages and captions."""
    with Person(stack.url) as host:
        host.sign_up()
        session = host.create_session("Opening night")
        host.upload(session, with_menus(films), filetype="video/x-matroska")
        host.wait(session, "ready", seconds=240)
        yield Screening(host, session, host.invite(session))
        host.end(session)


@pytest.fixture
def audience_of_breakable_stack(
    audience_of: Callable[[Stack], AbstractContextManager[Audience]], breakable_stack: Stack
) -> Iterator[Audience]:
    """Browsers in front of the stack whose parts may be killed."""
    with audience_of(breakable_stack) as opened:
        yield opened
