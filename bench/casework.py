"""Today's pages and the case list of an office with 100,000 cases against one with 1,000, both with the same work open.

python -m bench.casework                  # about three minutes
python -m bench.casework 1000 20000       # other sizes
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.office import EAST, N_SHOPS, NORTH, SOUTH, WEST, Service, fill, key, shop_rows
from bench.table import show
from mapsvc.config import Settings
from mapsvc.domain.actors import SYSTEM, Role
from mapsvc.domain.kinds import KINDS
from mapsvc.operations import accounts, signing_in
from mapsvc.operations.workspace import Workspace

SIZES = (1_000, 100_000)
OPEN = 300
ROUNDS, ASKED = 9, 3
MOST_TIMES = 2.0
YEARS = 4
PAGES: tuple[tuple[str, Role, str], ...] = (
    ("/desk", Role.SECRETARY, "/desk"),
    ("/desk/cases_overdue", Role.SECRETARY, "/desk/cases_overdue"),
    ("/today", Role.WORKER, "/today"),
    ("/api/v1/today", Role.WORKER, "/api/v1/today"),
    ("/cases", Role.SECRETARY, "/cases"),
    ("/api/v1/cases", Role.SECRETARY, "/api/v1/cases"),
    ("/api/v1/cases?state=overdue", Role.SECRETARY, "/api/v1/cases?state=overdue"),
    ("/api/v1/cases?worker=…", Role.SECRETARY, "/api/v1/cases?worker=bench-worker"),
    ("/api/v1/cases?state=follow_up", Role.SECRETARY, "/api/v1/cases?state=follow_up"),
    ("/api/v1/cases?state=all", Role.SECRETARY, "/api/v1/cases?state=all"),
    ("/api/v1/cases?bbox=…", Role.SECRETARY, f"/api/v1/cases?bbox={WEST},{SOUTH},{EAST},{NORTH}"),
)


def make(folder: Path, n_cases: int) -> dict[Role, str]:
    """An office with so many cases, 300 of them open; the cookies of a secretary and a worker."""
    ws = Workspace.open(Settings(data=folder))
    now = datetime.now(UTC).replace(microsecond=0)
    fill(ws, "location", "shop", "tenancy", rows=shop_rows(now))
    cookies = {role: _cookie(ws, role) for role in (Role.SECRETARY, Role.WORKER)}
    worker = accounts.first_of_role(ws, Role.WORKER)
    assert worker is not None
    fill(ws, "assignment", rows=_assignments(worker.person_id or "", now))
    tables = ("location", "case_file", "issue", "case_step", "case_step", "event", "event", "task", "promise")
    fill(ws, *tables, rows=_cases(n_cases, now, random.Random(1)))
    ws.database.checkpoint()
    ws.database.close()
    return cookies


def _cookie(ws: Workspace, role: Role) -> str:
    account = accounts.add_account(ws, SYSTEM, f"bench-{role.value}", role)
    link = accounts.one_time_link(ws, SYSTEM, account.id)
    return signing_in.cookie_value(ws, signing_in.sign_in_once(ws, link.secret).secret)


def _assignments(worker_id: str, now: datetime) -> Iterator[tuple[dict[str, Any], ...]]:
    begins = (now - timedelta(days=YEARS * 366)).date()
    for n in range(0, N_SHOPS, 6):
        yield (
            {"id": key(20, n), "shop_id": key(2, n), "worker_id": worker_id, "source": "manual", "from_day": begins},
        )


def _cases(n_cases: int, now: datetime, rng: random.Random) -> Iterator[tuple[dict[str, Any], ...]]:
    codes = [kind.code for kind in KINDS]
    for n in range(n_cases):
        is_open = n < OPEN
        age_min = rng.randrange(60, 20 * 1440) if is_open else rng.randrange(30 * 1440, YEARS * 365 * 1440)
        yield _case(n, now - timedelta(minutes=age_min), now, is_open, rng.choice(codes), rng)


def _case(
    n: int, at: datetime, now: datetime, is_open: bool, kind: str, rng: random.Random
) -> tuple[dict[str, Any], ...]:
    """One case with what belongs to it; of an old one everything is done."""
    place, case, issue, shop = key(4, n), key(5, n), key(6, n), key(2, n % N_SHOPS)
    due = now + timedelta(minutes=rng.randrange(-2_000, 18_000)) if is_open else at + timedelta(days=3)
    done = None if is_open else at + timedelta(days=2)
    state = rng.choice(("reported", "dispatched", "handling", "verifying")) if is_open else "closed"
    where = {"shop_id": shop, "location_id": place, "case_id": case}
    made = {"case_id": case, "version": 1, "at": at}
    return (
        {"id": place, "kind": "point", "lon": rng.uniform(WEST, EAST), "lat": rng.uniform(SOUTH, NORTH)},
        {
            "id": case, "state": state, "version": 2, "calendar": "clock", "limit_min": 4_320, "opened_at": at,
            "due_at": due, "closed_at": done, "return_visit_due_at": done and done + timedelta(days=14),
            "return_visited_at": done and done + timedelta(days=14),
        },
        {
            "id": issue, "number": f"B{n:08d}", "case_id": case, "location_id": place, "shop_id": shop, "kind": kind,
            "source": "patrol", "description": "堆着三袋", "happened_at": at, "received_at": at,
        },
        made | {"id": key(7, n), "from_state": None, "to_state": "reported"},
        made | {"id": key(8, n), "from_state": "reported", "to_state": state, "version": 2, "at": done or at},
        where | {"type": "issue", "ref": issue, "at": at},
        where | {"type": "case_step", "ref": key(8, n), "at": done or at},
        {
            "id": key(9, n), "case_id": case, "origin": "manual", "text": "去看看", "role": "worker", "made_at": at,
            "due_at": due, "done_at": done,
        },
        {
            "id": key(10, n), "shop_id": shop, "text": "回话", "promised_at": at, "due_at": due, "kept_at": done,
            "told_at": done,
        },
    )  # fmt: skip


def ask_ms(service: Service, path: str) -> float:
    """Milliseconds of one answer."""
    began = time.perf_counter()
    status, _ = service.get(path)
    assert status == 200, (path, status)
    return (time.perf_counter() - began) * 1000


def measure(sizes: tuple[int, int]) -> list[tuple[str, ...]]:
    """Both offices asked in turn, so that what else the machine does falls on both alike."""
    taken: dict[tuple[int, str], list[float]] = {(n, name): [] for n in sizes for name, _, _ in PAGES}
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        cookies = {n: make(Path(scratch) / f"data-{n}", n) for n in sizes}
        few, many = (Service(Path(scratch) / f"data-{n}", cookies[n][Role.SECRETARY]) for n in sizes)
        with few, many:
            services = dict(zip(sizes, (few, many), strict=True))
            for n, service in services.items():
                service.wait("/healthz")
                for _, role, path in PAGES:
                    service.cookie = cookies[n][role]
                    ask_ms(service, path)
            for _ in range(ROUNDS):
                for name, role, path in PAGES:
                    for n, service in services.items():
                        service.cookie = cookies[n][role]
                        taken[n, name].append(min(ask_ms(service, path) for _ in range(ASKED)))
    return [_row(name, *(statistics.median(taken[n, name]) for n in sizes)) for name, _, _ in PAGES]


def _row(name: str, few_ms: float, many_ms: float) -> tuple[str, ...]:
    times = many_ms / few_ms
    says = "holds" if times <= MOST_TIMES else "MISSED"
    return name, f"{few_ms:.1f}", f"{many_ms:.1f}", f"{times:.2f}", f"<= {MOST_TIMES:g}: {says}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES), help="few and many cases")
    few, many = parser.parse_args().sizes
    head = ("page", f"{few:,} cases, ms", f"{many:,} cases, ms", "times", "limit")
    show(f"Casework: medians of {ROUNDS} rounds in turn, {OPEN} cases open", head, measure((few, many)))


if __name__ == "__main__":
    main()
