"""Ten thousand guessed addresses of cards, from one source over several connections, beside a phone that knows one.

Once as it is; and once from ten thousand different sources, none of which is slowed: the same work without the limit.
"""

import http.client
import secrets
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.browser import median
from bench.public import public_demo, serve
from bench.table import show
from mapsvc.domain.surface_limits import MISSES, MOST_WAITING_OF_SOURCE, WAIT_S

GUESSES = 10_000
CONNECTIONS = 8
PAUSE_S = 0.25
_taking = threading.Lock()
_OK, _TOO_MANY, _NOT_FOUND = 200, 429, 404


@dataclass
class Guessing:
    """What came of it: answers by status, seconds in all, and how long the known phone's page took meanwhile, s."""

    statuses: Counter[int] = field(default_factory=Counter)
    taken_s: float = 0.0
    known_s: list[float] = field(default_factory=list)
    known_statuses: Counter[int] = field(default_factory=Counter)

    @property
    def looked_up(self) -> int:
        """Guesses that were looked up at all."""
        return self.statuses[_NOT_FOUND] + self.statuses[_OK]


def get(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    """One request, read to its end."""
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer


def guess(port: int, left: Iterator[int], source_of: Callable[[int], str], seen: Guessing) -> None:
    """One connection: it takes the next guess as soon as the one before is answered."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    while True:
        with _taking:
            k = next(left, None)
        if k is None:
            break
        status = get(connection, f"/c/{secrets.token_urlsafe(24)}", {"X-Forwarded-For": source_of(k)}).status
        with _taking:
            seen.statuses[status] += 1
    connection.close()


def run(port: int, token: str, source_of: Callable[[int], str], source: str) -> Guessing:
    """All guesses, with a phone that opened its card before asking for it now and then from the same source."""
    seen, left = Guessing(), iter(range(GUESSES))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    # From elsewhere: the phone was here yesterday.
    opened = get(connection, f"/c/{token}", {"X-Forwarded-For": "198.51.100.1"})
    cookie = (opened.getheader("Set-Cookie") or "").partition(";")[0]
    threads = [threading.Thread(target=guess, args=(port, left, source_of, seen)) for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    for one in threads:
        one.start()
    while any(one.is_alive() for one in threads):
        asked = time.perf_counter()
        answer = get(connection, f"/c/{token}", {"Cookie": cookie, "X-Forwarded-For": source})
        seen.known_s.append(time.perf_counter() - asked)
        seen.known_statuses[answer.status] += 1
        time.sleep(PAUSE_S)
    for one in threads:
        one.join()
    seen.taken_s = time.perf_counter() - began
    connection.close()
    return seen


def row(name: str, of: Callable[[Guessing], str], *runs: Guessing) -> tuple[str, ...]:
    """One line for all runs."""
    return (name, *(of(one) for one in runs))


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder, token = public_demo(Path(scratch))
        with serve(folder) as service:
            service.wait("/healthz")
            many = run(service.port, token, lambda k: f"10.0.{k // 250}.{k % 250 + 1}", "203.0.113.5")
            one = run(service.port, token, lambda k: "203.0.113.5", "203.0.113.5")
    rows = [
        row("cards found", lambda g: str(g.statuses[_OK]), many, one),
        row("guesses looked up", lambda g: f"{g.looked_up:,}", many, one),
        row("turned away with 429, nothing looked up", lambda g: f"{g.statuses[_TOO_MANY]:,}", many, one),
        row("seconds for all", lambda g: f"{g.taken_s:.1f}", many, one),
        row("looked up a second", lambda g: f"{g.looked_up / g.taken_s:.1f}", many, one),
        row(
            "meanwhile, page of a phone that knows its card: median, ms",
            lambda g: f"{median(g.known_s) * 1e3:.0f}",
            many,
            one,
        ),
        row("the slowest, ms", lambda g: f"{max(g.known_s) * 1e3:.0f}", many, one),
        row("its answers other than 200", lambda g: str(g.known_statuses.total() - g.known_statuses[_OK]), many, one),
    ]
    title = f"{GUESSES:,} guesses over {CONNECTIONS} connections"
    show(title, ("what", "10,000 sources, none slowed", "one source"), rows)
    hours = (GUESSES - MISSES) * WAIT_S / MOST_WAITING_OF_SOURCE / 3600
    print(f"To have {GUESSES:,} looked up, one source needs {hours:.1f} hours for each process.")


if __name__ == "__main__":
    main()
