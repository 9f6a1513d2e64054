"""Finds for each stop left out why: of the reasons that are true the one that says most."""

from collections.abc import Mapping, Sequence

import numpy as np

from mapsvc.domain.patrol import Candidate, Skipped
from mapsvc.patrol.explain import DETOUR_MIN, worth
from mapsvc.patrol.problem import FloatArray, IntArray
from mapsvc.patrol.problems import Ask
from mapsvc.patrol.timing import TOLERANCE_S, Room, WindowTable

_LEFT_OUT = "这次先不去"
_MUST = "必到，但"


def leftovers(
    asked: Ask, tours: Sequence[Sequence[int]], put_aside: Mapping[str, str] | None = None, by_hand: bool = False
) -> tuple[Skipped, ...]:
    """Everything that is in no tour, with a reason that holds (patrol/explain.py).

    Parameters
    ----------
    tours : sequence of sequences of int
        Per walker the tasks in order.
    put_aside : mapping, optional
        By ref what is said of those left out since they are walked to on another day.
    by_hand : bool
        Whether somebody changed the tours: what would fit is said to.
    """
    done = {asked.of_task[task] for tour in tours for task in tour}
    left = [i for i in range(len(asked.candidates)) if i not in done]
    found = _Findings(asked, tours, [i for i in left if i in asked.tasks_of])
    return tuple(_skipped(asked, found, i, put_aside or {}, by_hand) for i in left)


def _skipped(asked: Ask, found: "_Findings", i: int, put_aside: Mapping[str, str], by_hand: bool) -> Skipped:
    candidate = asked.candidates[i]
    if i not in asked.tasks_of:
        is_aside = {candidate.ref, *candidate.also} & set(asked.request.leave_out)
        if is_aside:
            words = put_aside.get(candidate.ref)
            return _said(candidate, "other_day", words) if words else _said(candidate, "left_out", _LEFT_OUT)
        if asked.doors[i] in asked.walks.unreachable:
            return _said(candidate, "unreachable", "路网上没有路通到那里，请核对位置或路网")
        return _said(candidate, "quiet", _quiet(candidate))
    if found.alone_s[i] > TOLERANCE_S:
        if found.any_hour_s[i] <= TOLERANCE_S:
            return _said(candidate, "quiet", _quiet(candidate))
        minutes = round(found.shortest_s[i] / 60)
        return _said(candidate, "too_far", f"单去一趟就要约{minutes}分钟，超过这一班")
    if found.lacking_s[i] <= TOLERANCE_S:
        return _fits(candidate, round(found.added_s[i] / 60), asked.request.workers[found.nearest[i]], by_hand)
    winner = found.winners.get(i)
    if winner is not None:
        rival = asked.candidates[asked.of_task[winner]]
        return _said(candidate, "loses", _loses(asked, candidate, winner, rival), rival.ref)
    minutes = _minutes(found.lacking_s[i])
    return _said(candidate, "no_time", f"时间不够，约差{minutes}分钟" if minutes else "时间排满了", lacking=minutes)


def _fits(candidate: Candidate, added_min: int, worker: str, by_hand: bool) -> Skipped:
    if added_min >= DETOUR_MIN and not by_hand:
        return _said(candidate, "detour", f"要多绕约{added_min}分钟，留给下一班", lacking=added_min)
    return _said(candidate, "room", f"{worker}还走得下，可以加进来", lacking=added_min)


def _loses(asked: Ask, candidate: Candidate, winner: int, rival: Candidate) -> str:
    if asked.problem.must[winner] and not candidate.must:
        return f"时间不够，给了必到的{rival.label}"
    more = rival.points > candidate.points
    return f"时间不够，给了{'更要紧' if more else '一样要紧'}的{rival.label}"


def _quiet(candidate: Candidate) -> str:
    return f"这一班碰不上它的时段（{candidate.window_text}）" if candidate.window_text else "这一班碰不上它的时段"


def _said(candidate: Candidate, reason: str, text: str, loses_to: str | None = None, lacking: int = 0) -> Skipped:
    return Skipped(
        candidate.ref, candidate.label, reason, f"{_MUST if candidate.must else ''}{text}", candidate.points, loses_to,
        candidate.reasons, candidate.must, candidate.lon, candidate.lat, lacking, candidate.service_min, candidate.shop,
        candidate.street, candidate.house_number, candidate.side, candidate.also, candidate.windows,
        candidate.window_text, candidate.stretch, candidate.worker,
    )  # fmt: skip


def _minutes(seconds: float) -> int:
    """Whole minutes, at least one; 0 where there is no telling."""
    return max(round(seconds / 60), 1) if np.isfinite(seconds) else 0


class _Findings:
    """What is known of the candidates `left`, in seconds, by candidate."""

    def __init__(self, asked: Ask, tours: Sequence[Sequence[int]], left: Sequence[int]) -> None:
        self._asked, self._tours = asked, tours
        pairs = [(task, i) for i in left for task in asked.tasks_of[i]]
        self._tasks = np.array([task for task, _ in pairs], dtype=np.int64)
        self._owners = [i for _, i in pairs]
        problem = asked.problem
        walkers, table = problem.walkers, WindowTable(problem)
        alone = [Room(problem, walker, ()) for walker in walkers]
        self.alone_s = self._least(np.column_stack([room.lacking(self._tasks, table) for room in alone]))
        self.any_hour_s = self._least(np.column_stack([room.lacking(self._tasks, None) for room in alone]))
        self.shortest_s = self._least(
            np.column_stack([room.walking(self._tasks) for room in alone]) + problem.service[self._tasks][:, None]
        )
        rooms = [Room(problem, walker, tour) for walker, tour in zip(walkers, tours, strict=True)]
        lacking = np.column_stack([room.lacking(self._tasks, table) for room in rooms])
        added = np.column_stack([room.walking(self._tasks) for room in rooms])
        self.lacking_s = self._least(lacking)
        fitting = np.where(lacking <= TOLERANCE_S, added, np.inf)
        self.added_s = self._least(fitting)
        places = np.repeat(np.arange(len(tours)), [len(tour) + 1 for tour in tours])
        self.nearest = {
            owner: int(places[row.argmin()])
            for owner, row in zip(self._owners, fitting, strict=True)
            if row.min() <= self.added_s[owner]
        }
        self.winners = self._winners(table)

    def _least(self, seconds: FloatArray) -> dict[int, float]:
        """Per candidate the least over its tasks and all places."""
        found: dict[int, float] = {}
        for owner, least in zip(self._owners, seconds.min(axis=1).tolist(), strict=True):
            found[owner] = min(least, found.get(owner, np.inf))
        return found

    def _winners(self, table: WindowTable) -> dict[int, int]:
        """Per candidate that fits nowhere the task of least worth, yet worth as much, in whose place it would fit."""
        asked = self._asked
        rivals = sorted((worth(asked, task), w, k) for w, tour in enumerate(self._tours) for k, task in enumerate(tour))
        best: dict[int, int] = {}
        for value, w, k in rivals:
            tour = self._tours[w]
            waiting = [
                n for n, i in enumerate(self._owners)
                if i not in best and self.lacking_s[i] > TOLERANCE_S and worth(asked, int(self._tasks[n])) <= value
            ]  # fmt: skip
            if not waiting:
                continue
            some: IntArray = self._tasks[waiting]
            shorter = [*tour[:k], *tour[k + 1 :]]
            lacking = Room(asked.problem, asked.problem.walkers[w], shorter).lacking(some, table).min(axis=1)
            best.update(
                {self._owners[n]: tour[k] for n, lack in zip(waiting, lacking, strict=True) if lack <= TOLERANCE_S}
            )
        return best
