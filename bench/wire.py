"""A wire between browser and service that counts what goes over it: every byte and request, the worker's included."""

import re
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

_REQUEST = re.compile(rb"^(GET|HEAD|POST|PUT|PATCH|DELETE) (\S+) HTTP/1\.1\r$", re.MULTILINE)
_CHUNK = 65_536


@dataclass
class Count:
    """What went over the wire since the last look: bytes to the browser, and the requests in order."""

    received: int = 0
    requests: list[str] = field(default_factory=list)


class Wire:
    """Listens on a port of its own and passes everything on to the service at `port`."""

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._count = Count()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()

    def look(self) -> Count:
        """What was counted; counting begins anew."""
        with self._lock:
            seen, self._count = self._count, Count()
        return seen

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                browser, _ = self._listener.accept()
                service = socket.create_connection(self._target)
                for args in ((browser, service, True), (service, browser, False)):
                    threading.Thread(target=self._pass, args=args, daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, is_up: bool) -> None:
        with suppress(OSError):
            while chunk := source.recv(_CHUNK):
                self._note(chunk, is_up)
                target.sendall(chunk)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _note(self, chunk: bytes, is_up: bool) -> None:
        with self._lock:
            if is_up:
                self._count.requests += [f"{m.decode()} {p.decode()}" for m, p in _REQUEST.findall(chunk)]
            else:
                self._count.received += len(chunk)
