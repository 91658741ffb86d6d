"""Which addresses the edge takes for a stream's, and which for an attempt at something else."""

import asyncio
from uuid import UUID

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from infra.local.edge import refuse_disguised_paths
from infra.local.edge_streams import session_of

SESSION = "01912345-6789-7abc-8def-0123456789ab"
VIDEO = "01912345-0000-7abc-8def-0123456789ab"


@pytest.mark.parametrize("rest", [f"{VIDEO}/master.m3u8", f"{VIDEO}/video-720p/00001.ts", f"{VIDEO}/poster.jpg"])
def test_the_names_of_streams_are_understood(rest: str) -> None:
    assert session_of(f"/streams/{SESSION}/{rest}") == UUID(SESSION)


@pytest.mark.parametrize(
    "path",
    [
        "/streams/",
        f"/streams/{SESSION}",
        f"/streams/{SESSION}/",
        f"/streams/{SESSION}/..",
        f"/streams/{SESSION}/../{VIDEO}/a.ts",
        f"/streams/{SESSION}/./a.ts",
        f"/streams/{SESSION}//a.ts",
        f"/streams/{SESSION}/%2e%2e/a.ts",
        f"/streams/{SESSION}/a%2fb.ts",
        f"/streams/{SESSION}/a\\b.ts",
        f"/streams/{SESSION}/.hidden",
        f"/streams/{SESSION}/a.ts/",
        f"/streams/{SESSION}/a.ts\n",
        f"/streams/{SESSION.upper()}/a.ts",
        f"/streams/{SESSION}x/a.ts",
        f"/uploads/{SESSION}/{VIDEO}",
        f"//streams/{SESSION}/a.ts",
    ],
)
def test_nothing_else_is_a_stream(path: str) -> None:
    assert session_of(path) is None


async def _reached(_: web.Request) -> web.StreamResponse:
    return web.Response(status=200)


def _status_of(path: str) -> int:
    return asyncio.run(refuse_disguised_paths(make_mocked_request("GET", path), _reached)).status


@pytest.mark.parametrize(
    "path", ["/api/../hooks/tusd", "/files//x", "/api/%2e%2e/hooks", "/a%2Fb", "/a%5cb", "/a%252fb", "/a%00", "/.", "/a/.."]
)
def test_disguised_paths_reach_nobody(path: str) -> None:
    assert _status_of(path) == 400
    assert _status_of("/streams" + path) == 403


@pytest.mark.parametrize("path", ["/", "/watch/abc", "/api/health?next=//elsewhere/../x", "/files/a/b+c-_~1", "/a..b/c"])
def test_plain_paths_pass(path: str) -> None:
    assert _status_of(path) == 200
