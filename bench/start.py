"""How long `mapsvc serve` takes to its first page, against importing the libraries it stands on."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.office import Service, make_office
from bench.table import show

ROUNDS = 9
PEER = "import flask, folium, geopandas"
LIMIT = 1.8
N_ISSUES = 500


def import_peer_s() -> float:
    """Seconds of a Python that imports the peer's libraries and ends."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", PEER], check=True)
    return time.perf_counter() - began


def first_page_s(folder: Path, cookie: str) -> float:
    """Seconds from starting the service to the first 200 of the map page."""
    with Service(folder, cookie) as service:
        return service.wait("/")


def main() -> None:
    """Interleave both, so that a slow moment of the machine hits both; print the medians."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch) / "data"
        cookie = make_office(folder, N_ISSUES)
        import_peer_s(), first_page_s(folder, cookie)
        peers, ours = [], []
        for _ in range(ROUNDS):
            peers.append(import_peer_s())
            ours.append(first_page_s(folder, cookie))
    peer, our = statistics.median(peers), statistics.median(ours)
    show(
        f"Start: median of {ROUNDS}, interleaved",
        ("what", "median s", "least s", "most s", "times", "at most"),
        [
            (f'python -c "{PEER}"', f"{peer:.3f}", f"{min(peers):.3f}", f"{max(peers):.3f}", "1.00", ""),
            (
                "mapsvc serve to the first 200 of /",
                f"{our:.3f}",
                f"{min(ours):.3f}",
                f"{max(ours):.3f}",
                f"{our / peer:.2f}",
                f"{LIMIT}",
            ),
        ],
    )


if __name__ == "__main__":
    main()
