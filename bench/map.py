"""The map page against Folium's own pages: build and draw, bytes, panning, clicks, and a million points.

python -m bench.map                 # all sizes, about half an hour: Folium needs its time
python -m bench.map 500 5000        # some sizes
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.browser import CAP_S, Load, Stopwatch, bytes_in_all, click_times_ms, frames_per_second, median
from bench.office import EAST, NORTH, SOUTH, WEST, Service, make_office, spread
from bench.peers import PeerServer, build, fast_marker_cluster, markers
from bench.table import show

LARGE, HUGE = 50_000, 1_000_000
SIZES = (500, 5_000, LARGE)
ROUNDS = 7
# The product is drawn this often in a round: a visit is short, and so is what disturbs it.
VISITS = 3
ASKED = 20
LIMITS = {500: 4, 5_000: 45, LARGE: 500}
LARGEST_WIRE = 100_000
# How near, so that eleven marks stand alone.
CLOSE = {500: 17, 5_000: 19}
LEAST_FPS = 50
LONGEST_CLICK_MS = 150
LONGEST_HUGE_VIEW, LONGEST_HUGE_ANSWER = 1.5, 8.0
PEERS: dict[str, Callable[..., object]] = {
    "folium.Marker + Popup": markers,
    "FastMarkerCluster": fast_marker_cluster,
}


@dataclass(frozen=True)
class Result:
    """One page at one size: seconds to build and to draw, and bytes over the wire."""

    build_s: float
    draw_s: float
    wire: int
    data: int

    @property
    def total_s(self) -> float:
        """Build and draw; what takes longer than the cap counts the cap."""
        return min(self.build_s + self.draw_s, CAP_S)


@dataclass(frozen=True)
class Ours:
    """The product's page at one size."""

    result: Result
    first_s: float
    fps: float
    click_ms: float
    all_bytes: int
    answer_ms: float


class Peer:
    """A page of Folium's own: built anew and drawn in every round, until it is found to draw beyond the cap."""

    def __init__(self, watch: Stopwatch, server: PeerServer, name: str, n: int) -> None:
        self._watch, self._server, self._maker, self._points = watch, server, PEERS[name], spread(n)
        self._path = f"{self._maker.__name__}-{n}"
        self._builds: list[float] = []
        self._draws: list[float] = []
        self._wire = 0

    def round(self) -> None:
        """Build, draw, note."""
        if CAP_S in self._draws:
            return
        page = build(self._maker, self._points)  # type: ignore[arg-type]
        self._builds.append(page.build_s)
        load = self._watch.load_capped(self._server.put(self._path, page))
        self._draws.append(load.drawn_s if load else CAP_S)
        self._wire = load.wire_bytes if load else len(self._server.pages[f"/{self._path}.html"])

    @property
    def result(self) -> Result:
        """Medians over the rounds."""
        return Result(median(self._builds), median(self._draws), self._wire, 0)


def measure(watch: Stopwatch, server: PeerServer, scratch: Path, n: int) -> tuple[dict[str, Result], Ours]:
    """Peers and product in turns, so that what else the machine does falls on all of them alike.

    The service has a data folder of its own; its first visit after the start is told apart.
    """
    folder = scratch / f"data-{n}"
    cookie = make_office(folder, n)
    peers = {name: Peer(watch, server, name, n) for name in PEERS} if n in LIMITS else {}
    loads: list[Load] = []
    with Service(folder, cookie) as service:
        service.wait()
        home = f"{service.url}/"
        first = watch.load(home, cookie)
        for _ in range(ROUNDS):
            loads += [watch.load(home, cookie) for _ in range(VISITS)]
            for peer in peers.values():
                peer.round()
        mine = ours(watch, service, cookie, n, loads, first)
    return {name: peer.result for name, peer in peers.items()}, mine


def ours(watch: Stopwatch, service: Service, cookie: str, n: int, loads: list[Load], first: Load) -> Ours:
    """What was seen of the product's page, and bytes, panning, clicks and the server's answer besides."""
    home = f"{service.url}/"
    context, page, _ = watch.visit(home, cookie)
    in_all = bytes_in_all(page)
    fps = frames_per_second(page)
    context.close()
    context, page, _ = watch.visit(f"{home}?at={CLOSE.get(n, 21)},{(SOUTH + NORTH) / 2},{(WEST + EAST) / 2}", cookie)
    page.wait_for_timeout(1_500)
    # A million points leave none that stands alone, so there is nothing to click.
    clicks = click_times_ms(page, "issues", "case=", 11) if n < HUGE else []
    context.close()
    drawn = median([load.drawn_s for load in loads])
    result = Result(0.0, drawn, max(load.wire_bytes for load in loads), max(load.data_bytes for load in loads))
    return Ours(result, first.drawn_s, fps, median(clicks), in_all, answer_ms(service))


def answer_ms(service: Service) -> float:
    """Milliseconds of the server for the clusters of a view it has not been asked for before, snapshot loaded."""
    taken = []
    for i in range(ASKED):
        west, south = WEST - 0.0008 * (i + 1), SOUTH - 0.0006 * (i + 1)
        path = f"/api/v1/layers/issues/features?bbox={west:.6f},{south:.6f},{EAST:.6f},{NORTH:.6f}&zoom={14 + i % 4}"
        began = time.perf_counter()
        service.get(path)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def verdict(holds: bool) -> str:
    """A word for whether a limit holds."""
    return "holds" if holds else "MISSED"


def rows_of(n: int, peers: dict[str, Result], mine: Ours) -> list[tuple[str, ...]]:
    """Lines of the table for one size."""
    rows = []
    for name, result in peers.items():
        times = result.total_s / mine.result.draw_s
        limit = LIMITS[n] if name.startswith("folium.Marker") else None
        says = f">= {limit}: {verdict(times >= limit)}" if limit else ""
        draw = f"> {CAP_S}" if result.draw_s >= CAP_S else f"{result.draw_s:.3f}"
        total, wire = f"{result.total_s:.3f}", f"{result.wire / 1000:.0f}"
        rows.append((f"{n:,}", name, f"{result.build_s:.3f}", draw, total, f"{times:.1f}", wire, says))
    result = mine.result
    small = f"<= {LARGEST_WIRE // 1000} kB: {verdict(result.wire <= LARGEST_WIRE)}" if n == LARGE else ""
    wire = f"{result.wire / 1000:.0f} ({result.data / 1000:.0f})"
    rows.append((f"{n:,}", "mapsvc", "0", f"{result.draw_s:.3f}", f"{result.draw_s:.3f}", "1.0", wire, small))
    return rows


def at_most(value: float, limit: float) -> str:
    """The limit and whether it holds."""
    return f"<= {limit:g}: {verdict(value <= limit)}"


def rest_of(measured: dict[int, Ours]) -> list[tuple[str, ...]]:
    """What else was measured of the product's page."""
    rows = []
    for n, mine in measured.items():
        size = f"{n:,}"
        fast = f">= {LEAST_FPS}: {verdict(mine.fps >= LEAST_FPS)}"
        rows.append((size, "frames a second over a 3 s pan", f"{mine.fps:.1f}", fast))
        if n < HUGE:
            click = at_most(mine.click_ms, LONGEST_CLICK_MS)
            rows.append((size, "click to detail, ms", f"{mine.click_ms:.0f}", click))
        rows.append((size, "wire with all that comes after the map, kB", f"{mine.all_bytes / 1000:.0f}", ""))
        rows.append((size, "first visit after the start, s", f"{mine.first_s:.3f}", ""))
        rows.append((size, "server's answer to a new view, ms", f"{mine.answer_ms:.1f}", ""))
    if HUGE in measured and LARGE in measured:
        huge, large = measured[HUGE], measured[LARGE]
        view, answer = huge.result.draw_s / large.result.draw_s, huge.answer_ms / large.answer_ms
        pair = f"{HUGE:,} / {LARGE:,}"
        rows.append((pair, "first view", f"{view:.2f}", at_most(view, LONGEST_HUGE_VIEW)))
        rows.append((pair, "server's answer", f"{answer:.2f}", at_most(answer, LONGEST_HUGE_ANSWER)))
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[*SIZES, HUGE], help="numbers of points")
    sizes = parser.parse_args().sizes
    lines: list[tuple[str, ...]] = []
    measured: dict[int, Ours] = {}
    with (
        sync_playwright() as playwright,
        PeerServer() as server,
        tempfile.TemporaryDirectory(prefix="bench-") as scratch,
    ):
        watch = Stopwatch(playwright)
        for n in sizes:
            peers, measured[n] = measure(watch, server, Path(scratch), n)
            lines += rows_of(n, peers, measured[n])
    head = ("points", "page", "build s", "draw s", "in all s", "times", "wire kB for it (API)", "limit")
    show(f"Map: medians of {ROUNDS} rounds in turn with an empty cache, 1280x800", head, lines)
    show("The product's page", ("points", "what", "measured", "limit"), rest_of(measured))


if __name__ == "__main__":
    main()
