"""Puts a plan together: question, solver, times and lines, the reasons for what was left out, the check."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from mapsvc.domain.patrol import Candidate, Lock, Plan, PlanRequest, Special
from mapsvc.domain.patrol_files import input_hash
from mapsvc.patrol.checker import check_plan
from mapsvc.patrol.leftovers import leftovers
from mapsvc.patrol.problem import Effort
from mapsvc.patrol.problems import Ask, Ground, ask
from mapsvc.patrol.routes import make_route
from mapsvc.patrol.sharing import gained, kept_in_time, share_out

# Further iterations shorten the walks of a street block by less than a hundredth.
USUAL = Effort(iterations=450)
QUICK = Effort(iterations=300)
"""For what is only looked at: what it would be with other people."""
_ESTIMATED = "离路网太远，步行按直线的1.3倍估算"
_MOST_NAMED = 3


def make_plan(
    plan_id: str,
    request: PlanRequest,
    candidates: Sequence[Candidate],
    ground: Ground,
    version: int = 1,
    effort: Effort | None = None,
    put_aside: Mapping[str, str] | None = None,
) -> Plan:
    """Plan the walks of one shift.

    Parameters
    ----------
    request : PlanRequest
        With a start.
    candidates : sequence of Candidate
        All that could be walked to.
    effort : Effort, optional
        How long is searched.
    put_aside : mapping, optional
        By ref what is said of those that `request` leaves to another day.

    Returns
    -------
    Plan
        Checked by an independent walk through it (patrol/checker.py).

    Raises
    ------
    Broken
        The plan fails its own check.
    """
    asked = ask(request, candidates, ground)
    tours, method = share_out(asked, request.seed, effort or USUAL)
    digest = input_hash(request, asked.candidates, ground.network.digest)
    return fill(
        blank_plan(plan_id, asked.request, version, digest, method), asked, ground, tours, put_aside, by_hand=False
    )


def blank_plan(plan_id: str, request: PlanRequest, version: int, digest: str, method: str) -> Plan:
    """A plan with nobody's route yet."""
    return Plan(
        plan_id, request.day, request.shift, request.minutes, (), (), request.seed, version, digest, method,
        (), request.start, request.must, request.locks, request.specials, request.rounds, request.leave_out,
    )  # fmt: skip


def retime(
    plan: Plan, orders: Mapping[str, Sequence[str]], ground: Ground, locks: Sequence[Lock] | None = None
) -> Plan:
    """The same plan with stops given to people and put in order by hand: times, ways, words and reasons anew.

    What runs over is not refused but said in the notes of its route.

    Parameters
    ----------
    plan : Plan
        With a start; what it keeps of its stops is all that can be walked to.
    orders : mapping from worker to sequence of refs
        Who is not named keeps their stops. A stop named for nobody is skipped.
    locks : sequence of Lock, optional
        Instead of the plan's.

    Raises
    ------
    KeyError
        A ref that the plan does not know.
    ValueError
        A ref named twice.
    """
    kept = {route.worker: [stop.ref for stop in route.stops] for route in plan.routes}
    wanted = [list(orders.get(route.worker, kept[route.worker])) for route in plan.routes]
    refs = [ref for order in wanted for ref in order]
    if len(set(refs)) < len(refs):
        raise ValueError("a stop is walked to once")
    leave_out = tuple(ref for ref in plan.leave_out if ref not in refs)
    changed = replace(plan, leave_out=leave_out, locks=plan.locks if locks is None else tuple(locks))
    asked = ask(changed.request, plan.candidates, ground, by_hand=refs)
    said = {skipped.ref: skipped.text for skipped in plan.skipped if skipped.reason == "other_day"}
    made = fill(changed, asked, ground, _tours(asked, wanted), said, by_hand=True)
    # Old plans did not keep where a stop lies that was left out: it stays as it was told.
    placeless = (skipped for skipped in plan.skipped if skipped.candidate() is None)
    return replace(made, skipped=(*made.skipped, *placeless))


def _tours(asked: Ask, orders: Sequence[Sequence[str]]) -> list[list[int]]:
    """Refs as tasks; of a stretch the direction in which it is come to by the shorter way."""
    tours = []
    for walker, order in zip(asked.problem.walkers, orders, strict=True):
        here, tour = walker.start, []
        for ref in order:
            ways = asked.tasks_of[asked.index[ref]]
            task = min(ways, key=lambda way: (float(asked.problem.effort[here, asked.problem.places + way]), way))
            tour.append(task)
            here = asked.problem.places + task
        tours.append(tour)
    return tours


def fill(
    blank: Plan,
    asked: Ask,
    ground: Ground,
    tours: Sequence[Sequence[int]],
    put_aside: Mapping[str, str] | None,
    by_hand: bool,
) -> Plan:
    """`blank` with routes, what is skipped and notes, looked at once more. Raises Broken."""
    routes = tuple(make_route(asked, ground, w, tour) for w, tour in enumerate(tours))
    skipped = leftovers(asked, tours, put_aside, by_hand)
    kept = tuple(note for note in blank.notes if not note.endswith(_ESTIMATED))
    notes = _estimated(asked, tours)
    plan = replace(blank, routes=routes, skipped=skipped, notes=(*notes, *kept))
    check_plan(plan, asked, by_hand)
    return plan


def _estimated(asked: Ask, tours: Sequence[Sequence[int]]) -> tuple[str, ...]:
    """Names the stops whose ways are estimated by the straight line."""
    ends = {place for walker in asked.problem.walkers for place in (walker.start, walker.end)}
    off = [
        asked.candidates[asked.of_task[task]].label
        for tour in tours
        for task in tour
        if _is_off(asked, asked.problem.places + task)
    ]
    named = "、".join(off[:_MOST_NAMED]) + (f"等{len(off)}处" if len(off) > _MOST_NAMED else "")
    starts = ("出发的地方",) if any(_is_off(asked, place) for place in ends) else ()
    return tuple(f"{what}{_ESTIMATED}" for what in (*starts, *((named,) if named else ())))


def _is_off(asked: Ask, row: int) -> bool:
    return asked.walks.snaps[int(asked.enters[row])] is None or int(asked.enters[row]) in asked.walks.unreachable


def rest_of(plan: Plan, worker: str, special: Special, done: Collection[str], ground: Ground) -> Plan:
    """The rest of one person's walk from where they are: a plan of their route alone, no worse than walking on.

    Parameters
    ----------
    special : Special
        From where, from when and how long they still walk.
    done : collection of str
        Refs of the stops that are behind them.
    """
    route = next(route for route in plan.routes if route.worker == worker)
    left = [stop.candidate() for stop in route.stops if not {stop.ref, *stop.also} & set(done)]
    refs = {candidate.ref for candidate in left}
    request = replace(
        plan.request, workers=(worker,), specials=(replace(special, worker=worker, end=special.end or route.end),),
        must=tuple(ref for ref in plan.must if ref in refs), leave_out=(), turns=(),
    )  # fmt: skip
    asked = ask(request, left, ground)
    tours, method = share_out(asked, request.seed, QUICK)
    going = [candidate.ref for candidate in left if asked.index[candidate.ref] in asked.tasks_of]
    onward = kept_in_time(asked, _tours(asked, [going]))
    if gained(asked, onward) > gained(asked, tours):
        tours = onward
    digest = input_hash(request, asked.candidates, ground.network.digest)
    return fill(blank_plan(plan.id, request, plan.version, digest, method), asked, ground, tours, None, by_hand=False)
