"""Who knocks at the cards' pages: guessing is slowed before anything is looked up, devices that were here never are."""

import hmac
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256

from mapsvc.domain import surface_limits as rules
from mapsvc.errors import TooMany
from mapsvc.operations.surface.space import Space
from mapsvc.operations.workspace import Clock
from mapsvc.store.surface import facts

Sleep = Callable[[float], None]
BUSY = "现在打开的人太多，请过十秒再试一次；着急请打座机。"


class Doorkeeper:
    """Of one process: what it remembers of guessing, and its secret; addresses are kept hashed, and only in memory.

    Parameters
    ----------
    secret : bytes
        Shared by the processes of a surface: signs devices and hashes addresses.
    sleep : callable
        Waits so many seconds; tests bring their own.
    """

    def __init__(self, secret: bytes, clock: Clock, sleep: Sleep = time.sleep) -> None:
        self._secret, self._clock, self._sleep = secret, clock, sleep
        self._missed: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._waiting: dict[str, int] = {}
        self._lock = threading.Lock()

    @classmethod
    def of(cls, space: Space, sleep: Sleep = time.sleep) -> "Doorkeeper":
        """The doorkeeper of a surface; its secret is made with the first."""
        return cls(_secret_of(space), space.clock, sleep)

    def source(self, address: str) -> str:
        """A keyed hash of an address: tells sources apart and names none."""
        return self._signed("source", address)[:32]

    def device_sign(self, key: str) -> str:
        """What a device that opened the card with this key is given: good for this card alone, the same for all."""
        return self._signed("device", key)

    def is_known(self, key: str, sign: str) -> bool:
        """Whether a device opened this very card before."""
        return hmac.compare_digest(self.device_sign(key).encode(), sign.encode())

    def admit(self, source: str, is_known: bool) -> None:
        """Let a request in; from a source that guesses only after a wait, before anything was looked up.

        Raises
        ------
        TooMany
            Too many wait already; `extra["retry_after_s"]`.
        """
        if is_known or not self.is_guessing(source):
            return
        with self._place(source):
            self._sleep(rules.WAIT_S)

    def missed(self, source: str) -> None:
        """The address that was asked for opens nothing."""
        at = self._clock()
        with self._lock:
            times = self._missed.setdefault(source, deque(maxlen=rules.MISSES))
            times.append(at)
            self._missed.move_to_end(source)
            while len(self._missed) > rules.MOST_SOURCES:
                self._missed.popitem(last=False)

    def is_guessing(self, source: str) -> bool:
        """Whether a source missed too often lately."""
        with self._lock:
            times = self._missed.get(source)
            return times is not None and len(times) == rules.MISSES and times[0] > self._clock() - rules.MISS_WINDOW

    @contextmanager
    def _place(self, source: str) -> Iterator[None]:
        """A place to wait in."""
        with self._lock:
            mine, every = self._waiting.get(source, 0), sum(self._waiting.values())
            if mine >= rules.MOST_WAITING_OF_SOURCE or every >= rules.MOST_WAITING:
                raise TooMany(BUSY, code="guessing", extra={"retry_after_s": rules.RETRY_AFTER_S})
            self._waiting[source] = mine + 1
        try:
            yield
        finally:
            with self._lock:
                left = self._waiting[source] - 1
                if left:
                    self._waiting[source] = left
                else:
                    del self._waiting[source]

    def _signed(self, purpose: str, text: str) -> str:
        return hmac.new(self._secret, f"{purpose}:{text}".encode(), sha256).hexdigest()


def _secret_of(space: Space) -> bytes:
    with space.read() as conn:
        held = facts.get(conn, facts.DEVICES)
    if held is None:
        with space.write() as conn:
            # Asked again inside the lock: another process may have been first.
            held = facts.get(conn, facts.DEVICES)
            if held is None:
                held = secrets.token_hex(32)
                facts.put(conn, facts.DEVICES, held)
    return bytes.fromhex(str(held))
