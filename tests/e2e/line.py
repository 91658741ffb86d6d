"""The network between a browser and its servers, as a SOCKS 5 proxy (RFC 1928): it can be slow, and it can be cut.

Chromium's own "offline" lets go on what is under way, and then unthrottled; a cut line is a cut line.
"""

import contextlib
import socket
import threading
import time
from types import TracebackType
from typing import Self

PIECE_BYTES = 1 << 15


class Line:
    """Carries connections while the ``with`` block lasts. The rates are in bytes per second and connection."""

    def __init__(self) -> None:
        self.upload_rate: float | None = None
        self.download_rate: float | None = None
        self._is_cut = False
        self._connections: set[socket.socket] = set()
        self._entry = socket.create_server(("127.0.0.1", 0))
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    @property
    def proxy(self) -> str:
        """Its address, as browsers take it."""
        return f"socks5://127.0.0.1:{self._entry.getsockname()[1]}"

    def cut(self) -> None:
        """Break every connection, and take no other until ``mend``."""
        self._is_cut = True
        for connection in list(self._connections):
            _hang_up(connection)

    def mend(self) -> None:
        """Carry connections again."""
        self._is_cut = False

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.cut()
        _hang_up(self._entry)
        self._accepting.join()
        self._entry.close()

    def _accept(self) -> None:
        carrying: list[threading.Thread] = []
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._entry.accept()
                carrying.append(threading.Thread(target=self._carry, args=(near,), daemon=True))
                carrying[-1].start()
        for thread in carrying:
            thread.join()

    def _carry(self, near: socket.socket) -> None:
        with contextlib.suppress(OSError), near, _connect(near) as far:
            ends = {near, far}
            self._connections |= ends
            try:
                if self._is_cut:  # asked when it can be hung up: a cut in between is not missed
                    return
                back = threading.Thread(target=self._pass_on, args=(far, near, False), daemon=True)
                back.start()
                self._pass_on(near, far, True)
                back.join()
            finally:
                self._connections -= ends

    def _pass_on(self, source: socket.socket, target: socket.socket, is_upload: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(PIECE_BYTES):
                target.sendall(piece)
                rate = self.upload_rate if is_upload else self.download_rate
                if rate:
                    time.sleep(len(piece) / rate)
        _hang_up(source)
        _hang_up(target)


def _connect(near: socket.socket) -> socket.socket:
    """The greeting without authentication, then CONNECT to a name or an IPv4 address."""
    with near.makefile("rb") as asked:
        _, methods = asked.read(2)
        asked.read(methods)
        near.sendall(b"\x05\x00")
        kind = asked.read(4)[3]
        host = asked.read(asked.read(1)[0]).decode() if kind == 3 else socket.inet_ntop(socket.AF_INET, asked.read(4))
        port = int.from_bytes(asked.read(2))
    far = socket.create_connection((host, port), timeout=30)
    far.settimeout(None)
    near.sendall(b"\x05\x00\x00\x01" + bytes(6))
    return far


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
