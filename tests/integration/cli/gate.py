"""A gate in front of a server: it counts what goes in, and can be shut in the middle."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BLOCK_BYTES = 64 << 10


class Gate:
    """Carries bytes between clients and a loopback port; ``url`` is where clients connect.

    ``taken_in`` counts bytes from clients. With ``shut_at`` set, nothing more is carried in after so many; ``is_shut`` is set
    then. A gate that ``cuts`` breaks that connection instead, and carries on with the next.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._opened = threading.Event()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.taken_in = 0
        self.shut_at: int | None = None
        self.cuts = False
        self.is_shut = threading.Event()

    def open(self) -> None:
        """Carry everything from now on, and count from zero."""
        self.taken_in, self.shut_at = 0, None
        self._opened.set()

    def serve(self) -> None:
        """Take connections until the gate is closed, and end when the last of them has."""
        connections = []
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                connections.append(threading.Thread(target=self._join, args=(client,)))
                connections[-1].start()
        for connection in connections:
            connection.join()

    def close(self) -> None:
        """Take no more connections."""
        self._opened.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _join(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._port)) as server:
            answers = threading.Thread(target=self._carry, args=(server, client, False))
            answers.start()
            self._carry(client, server, goes_in=True)
            answers.join()

    def _carry(self, source: socket.socket, target: socket.socket, goes_in: bool) -> None:
        with suppress(OSError):
            while block := source.recv(BLOCK_BYTES):
                if goes_in and not self._lets_in(len(block)):
                    break
                target.sendall(block)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _lets_in(self, count: int) -> bool:
        self.taken_in += count
        if self.shut_at is None or self.taken_in < self.shut_at:
            return True
        self.is_shut.set()
        if self.cuts:
            self.shut_at = None
            return False
        self._opened.wait()
        return False


@contextmanager
def gate_to(port: int) -> Iterator[Gate]:
    """A gate for the length of a block."""
    gate = Gate(port)
    server = threading.Thread(target=gate.serve)
    server.start()
    try:
        yield gate
    finally:
        gate.close()
        server.join()
