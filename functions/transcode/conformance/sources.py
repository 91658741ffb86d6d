"""Where a stream is read from: a folder, or an origin over HTTP."""

import urllib.request
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO
from urllib.parse import quote

TIMEOUT_S = 30
MOST_BYTES = 1 << 30  # of one file


class Folder:
    """Files below a folder; nothing outside of it is read."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises OSError."""
        return self._file(path).read_bytes()

    def read_range(self, path: str, first: int, count: int) -> tuple[bytes, int]:
        """Some bytes of a file, and its size. Raises OSError."""
        with self._file(path).open("rb") as file:
            file.seek(first)
            data = file.read(count)
            return data, file.seek(0, 2)

    def _file(self, path: str) -> Path:
        file = (self._root / path).resolve()
        if not file.is_relative_to(self._root):
            raise FileNotFoundError(path)
        return file


class Origin:
    """Files below a URL, fetched with the same headers. Redirects are refused (Apple 8.18)."""

    def __init__(self, base: str, headers: dict[str, str]) -> None:
        self._base = base.rstrip("/") + "/"
        if not self._base.startswith(("http://", "https://")):
            raise ValueError(f"not an http address: {base}")
        self._headers = headers
        self._opener = urllib.request.build_opener(_NoRedirects)

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises OSError."""
        return self._get(path, {})[0]

    def read_range(self, path: str, first: int, count: int) -> tuple[bytes, int]:
        """Some bytes of a file, and its size. Raises OSError."""
        data, about = self._get(path, {"Range": f"bytes={first}-{first + count - 1}"})
        size = (about["Content-Range"] or "").rpartition("/")[2]
        return (data, int(size)) if size.isdigit() else (data[first : first + count], len(data))

    def _get(self, path: str, more: dict[str, str]) -> tuple[bytes, HTTPMessage]:
        request = urllib.request.Request(self._base + quote(path), headers=self._headers | more)  # noqa: S310 # http alone
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as answer:
                data = answer.read(MOST_BYTES + 1)
                about = answer.headers
        except HTTPException as error:
            raise OSError(f"{path}: {error}") from error
        if len(data) > MOST_BYTES:
            raise OSError(f"{path}: more than {MOST_BYTES} bytes")
        return data, about


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Follow none: the answer then counts as an error."""
