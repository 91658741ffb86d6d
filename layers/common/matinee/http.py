"""What the HTTP apps share: one factory, RFC 9457 problems for every refusal, one log line a request.

An app is a FastAPI application that uvicorn serves on one machine and Mangum on Lambda.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matinee.errors import ERRORS, MatineeError
from matinee.observability import logger

PROBLEM = "application/problem+json"
MAX_BODY_BYTES = 1 << 20  # no call takes more than a few KiB of JSON: files go to tusd

LambdaHandler = Callable[[Any, Any], dict[str, Any]]
Instant = Annotated[datetime, AfterValidator(lambda moment: moment.astimezone(UTC))]


class Problem(BaseModel):
    """Why a request was refused (RFC 9457). ``code`` is stable; ``detail`` is for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str = Field(json_schema_extra={"enum": [*ERRORS]})


def problems(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that can answer with these codes, for the OpenAPI document."""
    responses: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        status, sentence = ERRORS[code]
        line = f"`{code}`: {sentence}"
        if status in responses:
            responses[status]["description"] += f"\n\n{line}"
        else:
            schema = {"$ref": "#/components/schemas/Problem"}
            responses[status] = {"model": Problem, "description": line, "content": {PROBLEM: {"schema": schema}}}
    return responses


def problem_response(error: MatineeError, **members: object) -> JSONResponse:
    """The answer that an error of the table gives, with further members of the problem document."""
    headers: dict[str, str] = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"  # RFC 9110, 15.5.2: a 401 names a way to authenticate
    return JSONResponse(error.problem() | members, error.status, headers, PROBLEM)


def make_app(title: str, routers: Iterable[APIRouter]) -> FastAPI:
    """An app with these routes, and nothing of FastAPI's own beside them."""
    app = FastAPI(title=title, version="1", openapi_url=None, docs_url=None, redoc_url=None, separate_input_output_schemas=False)
    for router in routers:
        app.include_router(router)
    app.add_exception_handler(MatineeError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _refused_by_framework)
    app.add_middleware(Boundary)
    return app


def make_lambda_handler(app: FastAPI) -> LambdaHandler:
    """The app as a handler of API Gateway's events. The adapter is made with the first event: it sets up an event loop."""

    @cache
    def adapter() -> LambdaHandler:
        from mangum import Mangum

        return Mangum(app, lifespan="off")

    def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
        return adapter()(event, context)

    return lambda_handler


class Boundary:
    """Outermost layer: bounds the body, turns what nobody caught into a problem, forbids caching, logs one line.

    The line has no query, headers or bodies, for those carry secrets; the path is the route's template.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status, received = time.perf_counter(), 0, 0

        async def bounded_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY_BYTES:
                raise HTTPException(413)
            return message

        async def noted_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if not any(name == b"cache-control" for name, _ in message["headers"]):
                    message["headers"] = [*message["headers"], (b"cache-control", b"no-store")]
            await send(message)

        try:
            await self.app(scope, bounded_receive, noted_send)
        except Exception as error:  # noqa: BLE001 - the last place before the server: everything becomes an answer
            await problem_response(_unexpected(error))(scope, receive, noted_send)
        finally:
            route = getattr(scope.get("route"), "path", "-")
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            logger.info("request", method=scope["method"], route=route, status=status, ms=milliseconds)


def _unexpected(error: Exception) -> MatineeError:
    if _is_database_away(error):
        logger.error("database away", error=type(error).__name__)
        return MatineeError("unavailable", retry_after=5)
    logger.exception("request failed", exc_info=error)
    return MatineeError("internal")


def _is_database_away(error: Exception) -> bool:
    from psycopg import OperationalError  # the pool's time-out is one, too

    return isinstance(error, OperationalError)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, MatineeError)  # noqa: S101 - Starlette types every handler with Exception
    return problem_response(error)


async def _malformed(_: Request, error: Exception) -> JSONResponse:
    """What does not validate, by field and reason; the values are left out, for one of them may be a password."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - see above
    found = error.errors()
    if any(item["loc"][0] == "path" for item in found):
        return problem_response(MatineeError("not_found"))
    return problem_response(
        MatineeError("invalid_request"), errors=[{"field": _field(item["loc"]), "message": item["msg"]} for item in found]
    )


def _field(location: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in location[1:]) or str(location[0])


async def _refused_by_framework(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - see above
    code = {404: "not_found", 405: "method_not_allowed", 413: "request_too_large"}.get(error.status_code, "invalid_request")
    response = problem_response(MatineeError(code))
    response.headers.update(error.headers or {})
    return response
