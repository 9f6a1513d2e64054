"""Plans a week of shifts: each door once in its time, the most pressing first, the days alike."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mapsvc.domain.patrol import Candidate, Plan, PlanRequest, Special
from mapsvc.domain.patrol_files import input_hash
from mapsvc.patrol.plan import blank_plan, fill
from mapsvc.patrol.problem import Effort
from mapsvc.patrol.problems import Ask, Ground, ask
from mapsvc.patrol.repairs import repaired
from mapsvc.patrol.sharing import share_out
from mapsvc.patrol.timing import timetable

# Reasons that come back every day; all others are dealt with by one call.
_DAILY = frozenset({"round", "playbook", "hot_cell", "pin", "must"})
# What is only said or looked at where somebody calls anyway.
_RIDERS = frozenset({"campaign", "silent"})
_CAN_WAIT = _RIDERS | {"call"}
# Minutes of walking for each stop, until the first day tells better.
_WALK_MIN = 2.0
# Above an equal share of the days, so that no day is cut short of the way to its last door.
_AMPLE = 1.03
_ROUNDS = 2
_LEAST_MIN = 20
EFFORT = Effort(iterations=300)
"""For each day, each time it is gone through."""
_WEEKDAYS = "一二三四五六日"
_HANDED_OUT = "已经在发出的计划里"

Tours = tuple[tuple[tuple[str, int], ...], ...]
"""Per worker the refs in order, each with which of its ways (of a stretch: which direction)."""


@dataclass(frozen=True)
class Day:
    """A shift of the week with all that could be walked to on it."""

    request: PlanRequest
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class _Pick:
    """What a day takes, and the minutes of each."""

    tours: Tours
    walks_min: tuple[float, ...]
    method: str

    @property
    def refs(self) -> list[str]:
        return [ref for tour in self.tours for ref, _ in tour]


def plan_week(ids: Sequence[str], days: Sequence[Day], ground: Ground, taken: Iterable[str] = ()) -> list[Plan]:
    """A plan for each day.

    What is due is taken where it presses most, as much each day as makes the days alike; a door that has something
    due later in the week waits for it, if it can. At last every day takes along what was left and fits.

    Parameters
    ----------
    ids : sequence of str
        Of the plans, one for each day.
    days : sequence of Day
        In their order.
    taken : iterable of str
        Refs to which plans handed out already lead.
    """
    todo, picks = _picked(days, ground, taken)
    for _ in range(_ROUNDS):
        # How much walking the week takes is known better now: once more, the same share each day.
        minutes = sum(walk for pick in picks for walk in pick.walks_min)
        share = max(_AMPLE * minutes / max(sum(len(day.request.workers) for day in days), 1), _LEAST_MIN)
        todo, picks = _picked(days, ground, taken, share)
    fuller = _taken_along(todo, picks, ground)
    made = []
    for k, day in enumerate(todo):
        said = {ref: _when(days[n].request) for ref, n in _elsewhere(todo, picks, fuller, k).items()}
        said |= {c.ref: _HANDED_OUT for c in day.candidates if {c.ref, *c.also} & set(taken) and _is_open(c)}
        made.append(_plan(ids[k], day, fuller[k], said, ground))
    return made


def _picked(
    days: Sequence[Day], ground: Ground, taken: Iterable[str], share_min: float | None = None
) -> tuple[list[Day], list[_Pick]]:
    """What each day has left to do, and what it takes of it, in at most `share_min` minutes of everybody's time."""
    done: dict[str, set[str]] = {ref: set(_all_codes(days, ref)) for ref in taken}
    picks: list[_Pick] = []
    todo: list[Day] = []
    for number, day in enumerate(days):
        left = _left(day, done)
        share = share_min or _fair_min([_left(other, done) for other in days[number:]], picks)
        picks.append(_pick(_with_turns(left, picks), days[number + 1 :], share, ground))
        todo.append(left)
        _note(done, left, picks[-1])
    return todo, picks


def _elsewhere(days: Sequence[Day], before: Sequence[_Pick], now: Sequence[_Pick], k: int) -> dict[str, int]:
    """What is open on day `k` and left to another: the refs, and on which day they are walked to.

    Earlier days count with what they took along at last; what they took before is open no more.
    """
    found = {ref: n for n in range(len(days) - 1, k, -1) for ref in now[n].refs}
    found |= {ref: n for n in range(k) for ref in now[n].refs if ref not in before[n].refs}
    mine = set(now[k].refs)
    return {
        c.ref: found[c.ref]
        for c in days[k].candidates
        if c.ref in found and c.ref not in mine and _is_open(c) and not _is_daily(c)
    }


def _when(request: PlanRequest) -> str:
    return f"排在{request.day.month}月{request.day.day}日（周{_WEEKDAYS[request.day.weekday()]}）"


def _left(day: Day, done: Mapping[str, Collection[str]]) -> Day:
    """The day without what was dealt with before: reasons fall away, candidates without any too."""
    kept = []
    for candidate in day.candidates:
        gone = done.get(candidate.ref, ())
        reasons = tuple(reason for reason in candidate.reasons if reason.code not in gone)
        # What is dealt with stays on the list, to be said where it went; it is worth nothing any more.
        kept.append(replace(candidate, reasons=reasons) if len(reasons) < len(candidate.reasons) else candidate)
    return replace(day, candidates=tuple(kept))


def _note(done: dict[str, set[str]], day: Day, pick: _Pick) -> None:
    """What the pick of a day deals with."""
    known = {candidate.ref: candidate for candidate in day.candidates}
    for ref in pick.refs:
        codes = {reason.code for reason in known[ref].reasons} - _DAILY
        for each in (ref, *known[ref].also):
            done.setdefault(each, set()).update(codes | _RIDERS | {"call"})


def _all_codes(days: Sequence[Day], ref: str) -> Iterable[str]:
    return (reason.code for day in days for c in day.candidates if ref in (c.ref, *c.also) for reason in c.reasons)


def _is_open(candidate: Candidate) -> bool:
    return bool(candidate.reasons)


def _waits(candidate: Candidate, later: Sequence[Day]) -> bool:
    """Whether a door is better called on when something else is due there in the week."""
    codes = {reason.code for reason in candidate.reasons}
    if candidate.must or not codes <= _CAN_WAIT:
        return False
    coming = {reason.code for day in later for c in day.candidates if c.ref == candidate.ref for reason in c.reasons}
    return bool(coming - codes - _CAN_WAIT)


def _fair_min(days: Sequence[Day], picks: Sequence[_Pick]) -> float:
    """Minutes of everybody's walk on the first of `days` that leave as much for each of the others."""
    stops = sum(len(pick.refs) for pick in picks)
    walked = sum(minutes for pick in picks for minutes in pick.walks_min)
    each = walked / stops if stops else _WALK_MIN
    once = {c.ref: c.service_min + each for day in days for c in day.candidates if _is_open(c) and not _is_daily(c)}
    daily = sum(c.service_min + each for day in days for c in day.candidates if _is_open(c) and _is_daily(c))
    people = sum(len(day.request.workers) for day in days)
    return max(_AMPLE * (sum(once.values()) + daily) / max(people, 1), _LEAST_MIN)


def _is_daily(candidate: Candidate) -> bool:
    return any(reason.code in _DAILY for reason in candidate.reasons)


def _with_turns(day: Day, picks: Sequence[_Pick]) -> Day:
    """The days before count as walks of the last weeks: long ones go round."""
    minutes = dict(day.request.turns)
    for pick in picks:
        for name, walk in zip(day.request.workers, pick.walks_min, strict=True):
            minutes[name] = minutes.get(name, 0) + round(walk)
    return replace(day, request=replace(day.request, turns=tuple(sorted(minutes.items()))))


def _pick(day: Day, later: Sequence[Day], share_min: float, ground: Ground) -> _Pick:
    wanted = [c for c in day.candidates if _is_open(c) and not _waits(c, later)]
    own = {one.worker: one for one in day.request.specials}
    specials = []
    for name in day.request.workers:
        one = own.get(name, Special(name))
        most = day.request.minutes if one.minutes is None else one.minutes
        specials.append(replace(one, minutes=min(most, round(share_min))))
    asked = ask(replace(day.request, specials=tuple(specials)), wanted, ground)
    tours, method = share_out(asked, day.request.seed, EFFORT)
    return _as_pick(asked, tours, method)


def _as_pick(asked: Ask, tours: Sequence[Sequence[int]], method: str) -> _Pick:
    def way(task: int) -> tuple[str, int]:
        candidate = asked.of_task[task]
        return asked.candidates[candidate].ref, asked.tasks_of[candidate].index(task)

    walks = [
        timetable(asked.problem, walker, tour).end - walker.begin
        for walker, tour in zip(asked.problem.walkers, tours, strict=True)
    ]
    return _Pick(tuple(tuple(map(way, tour)) for tour in tours), tuple(walk / 60 for walk in walks), method)


def _taken_along(days: Sequence[Day], picks: Sequence[_Pick], ground: Ground) -> list[_Pick]:
    """Each day with what none takes and fits its whole shift."""
    made = list(picks)
    for k, day in enumerate(days):
        others = _elsewhere(days, picks, made, k)
        wanted = [c for c in day.candidates if _is_open(c) and c.ref not in others]
        asked = ask(day.request, wanted, ground)
        made[k] = _as_pick(asked, repaired(asked, _tours(asked, made[k])), made[k].method)
    return made


def _tours(asked: Ask, pick: _Pick) -> list[list[int]]:
    return [[asked.tasks_of[asked.index[ref]][way] for ref, way in tour] for tour in pick.tours]


def _plan(plan_id: str, day: Day, pick: _Pick, said: Mapping[str, str], ground: Ground) -> Plan:
    """The plan of a day; what other days take is left out, and said when it is walked to."""
    listed = tuple(c for c in day.candidates if _is_open(c))
    request = replace(day.request, leave_out=tuple(sorted({*day.request.leave_out, *said})))
    asked = ask(request, listed, ground)
    digest = input_hash(request, asked.candidates, ground.network.digest)
    blank = blank_plan(plan_id, request, 1, digest, pick.method)
    return fill(blank, asked, ground, _tours(asked, pick), said, by_hand=False)
