"""API Gateway's part: the template's routes on a loopback port, each GET and POST an event for the function of its route."""

import base64
import re
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Self

from tests.infra.templates import MAIN, load, of_type, references
from tests.integration.lambda_runtime.emulator import Function
from tests.integration.lambda_runtime.recorded import Event, gateway_event


def routes() -> list[tuple[re.Pattern[str], str]]:
    """(pattern of "METHOD /path", function's name in the template), those that take anything last."""
    template = load(MAIN)
    integrations = of_type(template, "AWS::ApiGatewayV2::Integration")
    found = []
    for route in of_type(template, "AWS::ApiGatewayV2::Route").values():
        integration = next(references(route["Target"]))[0]
        function = next(references(integrations[integration]["IntegrationUri"]))[0]
        method, path = route["RouteKey"].split()
        pattern = re.sub(r"\{\w+\}", "[^/]+", path.replace("{proxy+}", ".+"))
        found.append((re.compile(f"{method.replace('ANY', '[A-Z]+')} {pattern}"), function))
    return sorted(found, key=lambda route: ".+" in route[0].pattern)


class Gateway(ThreadingHTTPServer):
    """The API in front of ``functions``, by their names in the template; each serves one request at a time, as on AWS."""

    def __init__(self, port: int, functions: Mapping[str, Function]) -> None:
        super().__init__(("127.0.0.1", port), _Request)
        self._functions = functions
        self._busy = {name: Lock() for name in functions}
        self._routes = routes()

    def answer_to(self, event: Event) -> dict[str, Any]:
        """The function's answer to a request."""
        asked = f"{event['requestContext']['http']['method']} {event['rawPath']}"
        name = next(function for pattern, function in self._routes if pattern.fullmatch(asked))
        with self._busy[name]:
            answer: dict[str, Any] = self._functions[name](event)
        return answer

    def __enter__(self) -> Self:
        self._thread = Thread(target=self.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gateway

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        headers = {header.lower(): value for header, value in self.headers.items()}
        cookies = [each for each in re.split(r"; *", headers.pop("cookie", "")) if each]
        headers["x-forwarded-for"] += f", {self.client_address[0]}"
        content = self.rfile.read(int(headers.get("content-length", 0)))
        self._send(self.server.answer_to(gateway_event(self.command, self.path, headers, cookies, content)))

    def _send(self, answer: dict[str, Any]) -> None:
        body = answer.get("body", "")
        content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
        lines = {header: value for header, value in answer["headers"].items() if header.lower() != "content-length"}
        if answer["statusCode"] != 204:
            lines["Content-Length"] = str(len(content))
        self.send_response(answer["statusCode"])
        for header, value in (*lines.items(), *(("Set-Cookie", cookie) for cookie in answer.get("cookies", []))):
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep the tests' output clean."""
