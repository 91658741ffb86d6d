"""Serves ``/streams/*`` from the bucket to holders of the session's signed cookies, as CloudFront does."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import aiohttp
import psycopg
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from yarl import URL

from infra.local.edge_forwarding import answered, relay
from infra.local.edge_problems import problem, upstream_unavailable
from infra.local.edge_settings import EdgeSettings
from infra.local.signed_cookies import CookieRefusedError, CookieVerifier
from matinee import aws
from matinee.secrets import read_secret
from matinee.settings import DatabaseSettings

_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# Session, then the names that the worker gives: no escapes, no dot at the start of a name, nothing empty.
_STREAM_PATH = re.compile(rf"/streams/({_UUID})(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)+")

ASKED = ("Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since")
ANSWERED = (
    *("Content-Type", "Content-Length", "Content-Range", "Content-Encoding", "Accept-Ranges"),
    *("ETag", "Last-Modified", "Cache-Control"),
)


def session_of(path: str) -> UUID | None:
    """The session that a raw path below /streams/ belongs to; None for a path that no stream has."""
    match = _STREAM_PATH.fullmatch(path)
    return UUID(match[1]) if match else None


class Streams:
    """The bucket's ``streams/`` behind the cookies."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        pool: AsyncConnectionPool,
        verifier: CookieVerifier,
        settings: EdgeSettings,
    ) -> None:
        self._http = http
        self._pool = pool
        self._verifier = verifier
        self._public_url = settings.public_url
        self._bucket = settings.bucket

    @classmethod
    @asynccontextmanager
    async def open(cls, http: aiohttp.ClientSession, settings: EdgeSettings) -> AsyncIterator["Streams"]:
        """With the signing key's public half and a few database connections."""
        pem = await asyncio.to_thread(read_secret, settings.signing_key_secret_id)
        url = await asyncio.to_thread(DatabaseSettings().url)
        verifier = CookieVerifier(_public_half(pem), settings.signing_key_id)
        pool = AsyncConnectionPool(url, min_size=1, max_size=4, timeout=5, open=False, check=AsyncConnectionPool.check_connection)
        async with pool:
            yield cls(http, pool, verifier, settings)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The object, or 403 for everybody who may not know whether it is there."""
        try:
            await self._admit(request)
        except CookieRefusedError:
            return problem(403, "forbidden", "Nothing to see here without the right cookies.")
        except (psycopg.OperationalError, PoolTimeout):
            return upstream_unavailable()
        if request.method not in ("GET", "HEAD"):
            return problem(405, "method_not_allowed", "Streams can only be read.")
        return await self._send_object(request)

    async def _admit(self, request: web.Request) -> None:
        """Raise ``CookieRefusedError`` unless the cookies open this path of a session that goes on."""
        path = request.raw_path.partition("?")[0]
        session = session_of(path)
        if session is None:
            raise CookieRefusedError("not the path of a stream")
        # The cookies name the public address; the edge may also be reached under another name of this machine.
        grant = self._verifier.verify(request.cookies, self._public_url + path)
        async with self._pool.connection() as connection:
            found = await connection.execute(
                "select 1 from sessions where id = %s and access_epoch = %s and ended_at is null",
                (session, grant.access_epoch),
            )
            if await found.fetchone() is None:
                raise CookieRefusedError("revoked")

    async def _send_object(self, request: web.Request) -> web.StreamResponse:
        operation = "get_object" if request.method == "GET" else "head_object"
        where = {"Bucket": self._bucket, "Key": request.path.removeprefix("/")}
        url = aws.s3().generate_presigned_url(operation, Params=where, ExpiresIn=60)
        asked = {name: request.headers[name] for name in ASKED if name in request.headers}
        exchange = self._http.request(request.method, URL(url, encoded=True), headers=asked)
        return await relay(request, exchange, _object_head)


def _object_head(answer: aiohttp.ClientResponse) -> web.StreamResponse:
    if answer.status in (403, 404):  # S3 says 403 for a missing object to whoever may not list the bucket
        return problem(404, "not_found", "There is nothing at this address.")
    return answered(answer, {name: answer.headers[name] for name in ANSWERED if name in answer.headers})


def _public_half(pem: str) -> rsa.RSAPublicKey:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the signing key is not an RSA key")
    return key.public_key()
