"""What planning costs, in CPU seconds, and how it walks: a week, a shift, the rest of a walk; crossings per stop.

python -m bench.plan                     # five runs of each on the demo's data, about a minute
python -m bench.plan --runs 1
python -m bench.plan --people 4 --minutes 90
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from bench.office import demo_office
from bench.table import show
from mapsvc.config import Settings
from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.domain.patrol import Plan, PlanRequest, Shift
from mapsvc.domain.times import office_day
from mapsvc.operations import plans, replans, week_plans, what_if
from mapsvc.operations.workspace import Workspace

WEEK_S, SHIFT_S, REPLAN_S, CROSSINGS = 10.0, 3.0, 1.0, 0.35
"""The most that each may take on a quiet machine; how often a route may cross a street, per stop."""
SHOPS, CANDIDATES = 211, 80


@dataclass(frozen=True)
class Measured:
    """A row of the table: CPU seconds of each run."""

    name: str
    seconds: Sequence[float]
    limit_s: float | None
    told: str = ""

    @property
    def median_s(self) -> float:
        """Of all runs."""
        return statistics.median(self.seconds)

    @property
    def cells(self) -> tuple[str, ...]:
        """As the table shows it."""
        limit = f"{self.limit_s:.0f}" if self.limit_s else ""
        return self.name, f"{self.median_s:.2f}", f"{max(self.seconds):.2f}", limit, self.told


def main() -> int:
    """Print the table; 1 when something takes longer than it may or crosses more often."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--people", type=int, default=6)
    parser.add_argument("--minutes", type=int, default=120)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ws = _office(Path(folder) / "demo")
        due = _office(Path(folder) / "due", is_due=True)
        rows, evening = measure(ws, due, asked.runs, asked.people, asked.minutes)
    head = ("", "median CPU s", "most", "limit", "")
    show("planning patrols", head, [row.cells for row in rows])
    totals = evening.totals
    crossings = totals["crossings"] / max(totals["stops"], 1)
    print(
        f"the demo's evening for {len(evening.routes)}: {totals['stops']} stops of {totals['candidates']}, "
        f"{totals['share_pct']} % of the points, {totals['walk_distance_m'] / 1000:.1f} km, "
        f"crossings per stop {crossings:.2f} (at most {CROSSINGS})"
    )
    is_slow = any(row.limit_s and row.median_s > row.limit_s for row in rows)
    return int(is_slow or crossings > CROSSINGS)


def measure(ws: Workspace, due: Workspace, runs: int, people: int, minutes: int) -> tuple[list[Measured], Plan]:
    """The rows, and the demo's evening.

    Parameters
    ----------
    ws : Workspace
        The demo.
    due : Workspace
        The demo with a call due at each of its doors.
    """
    day = office_day(ws.clock())
    workers = tuple(plans.walkers(ws, SYSTEM))
    evening = plans.draft(ws, SYSTEM, PlanRequest(day, Shift.EVENING, workers[:people], minutes))
    return [
        _week(due, runs, workers[:6], day),
        _shift(due, runs, workers[:3], day),
        _rest(due, runs, workers[:3], day),
        _evening(ws, runs, workers[:people], day, minutes),
        _again(ws, runs, workers[:people], day, minutes),
        _bars(ws, workers, day, minutes),
    ], evening


def _week(ws: Workspace, runs: int, workers: tuple[str, ...], day: date) -> Measured:
    monday = day + timedelta(days=7 - day.weekday())
    days = tuple(monday + timedelta(days=n) for n in range(7))
    seconds, text = [], ""
    for _ in range(runs):
        began = time.process_time()
        made = week_plans.make_week(ws, SYSTEM, week_plans.WeekRequest(days, Shift.EVENING, workers))
        seconds.append(time.process_time() - began)
        loads = [sum(route.walk_min + route.service_min for route in plan.routes) for plan in made.plans]
        text = f"{sum(p.totals['stops'] for p in made.plans)} stops, minutes a day {'/'.join(map(str, loads))}"
        week_plans.undo_week(ws, SYSTEM, [plan.id for plan in made.plans])
    return Measured(f"a week, {len(workers)} people, {SHOPS} shops", seconds, WEEK_S, text)


def _shift(ws: Workspace, runs: int, workers: tuple[str, ...], day: date) -> Measured:
    ready = _eighty(ws, workers, day)
    seconds, made = _timed(runs, lambda: plans.solved(ws, ready.request, ready.candidates))
    return Measured(f"{len(workers)} people, {CANDIDATES} candidates", seconds, SHIFT_S, _told(made))


def _rest(ws: Workspace, runs: int, workers: tuple[str, ...], day: date) -> Measured:
    """Each walks on after a third of the stops, from the last one."""
    ready = _eighty(ws, workers, day)
    plan = plans.make_plan(ws, SYSTEM, ready.request)
    plans.publish_plan(ws, SYSTEM, plan.id)
    route = max(plan.routes, key=lambda one: len(one.stops))
    done = route.stops[: len(route.stops) // 3 + 1]
    from mapsvc.store import people

    with ws.read() as conn:
        person = people.staff_by_nickname(conn, route.worker)
    assert person is not None
    who = Actor(person.id, route.worker, Role.WORKER)
    left = route.minutes - done[-1].at_s // 60 - done[-1].service_min
    rest = replans.Rest(route.worker, (done[-1].lon, done[-1].lat), tuple(stop.ref for stop in done), left)
    seconds, made = _timed(runs, lambda: replans.replan_rest(ws, who, plan.id, rest))
    return Measured("the rest of a walk", seconds, REPLAN_S, _told(made))


def _evening(ws: Workspace, runs: int, workers: tuple[str, ...], day: date, minutes: int) -> Measured:
    request = PlanRequest(day, Shift.EVENING, workers, minutes)
    seconds, made = _timed(runs, lambda: plans.draft(ws, SYSTEM, request))
    return Measured(f"the demo's evening, {len(workers)} people", seconds, None, _told(made))


def _again(ws: Workspace, runs: int, workers: tuple[str, ...], day: date, minutes: int) -> Measured:
    """The whole shift planned anew with what is due now, and kept."""
    plan = plans.make_plan(ws, SYSTEM, PlanRequest(day, Shift.EVENING, workers, minutes))
    seconds, made = _timed(runs, lambda: plans.replan(ws, SYSTEM, plan.id))
    return Measured(f"the demo's evening anew, {len(workers)} people", seconds, REPLAN_S, _told(made))


def _bars(ws: Workspace, workers: tuple[str, ...], day: date, minutes: int) -> Measured:
    """Stops by how many people walk, the first time it is asked."""
    plan = plans.make_plan(ws, SYSTEM, PlanRequest(day, Shift.EVENING, workers[:3], minutes // 2))
    began = time.process_time()
    found = what_if.bars(ws, SYSTEM, plan.id)
    told = "/".join(str(bar.stops) for bar in found)
    return Measured("stops by people", [time.process_time() - began], None, f"{told} stops")


def _eighty(ws: Workspace, workers: tuple[str, ...], day: date) -> plans.Asked:
    ready = plans.asked(ws, SYSTEM, PlanRequest(day, Shift.DAY, workers, 180))
    heaviest = sorted(ready.candidates, key=lambda c: (-c.points, c.ref))[:CANDIDATES]
    return replace(ready, candidates=tuple(sorted(heaviest, key=lambda c: c.ref)))


def _timed(runs: int, act: Callable[[], Plan]) -> tuple[list[float], Plan]:
    seconds = []
    for _ in range(runs):
        began = time.process_time()
        made = act()
        seconds.append(time.process_time() - began)
    return seconds, made


def _told(plan: Plan) -> str:
    totals = plan.totals
    per = totals["crossings"] / max(totals["stops"], 1)
    return f"{totals['stops']} of {totals['candidates']} stops, {totals['share_pct']} %, crossings {per:.2f}"


def _office(folder: Path, is_due: bool = False) -> Workspace:
    if is_due:
        demo_office(folder)
    else:
        _demo(folder)
    return Workspace.open(Settings(data=folder))


def _demo(folder: Path) -> None:
    import subprocess

    subprocess.run([sys.executable, "-m", "mapsvc", "--data", str(folder), "demo"], check=True, capture_output=True)


if __name__ == "__main__":
    sys.exit(main())
