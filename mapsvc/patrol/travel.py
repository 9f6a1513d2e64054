"""Record-to-record travel: from a plan to one near it, if that is not much worse than the best, less and less so.

After Dueck (1993), New optimization heuristics: the great deluge algorithm and the record-to-record travel, Journal of
Computational Physics 104; too late costs a price that is steered so that some of the plans keep all times, after Vidal
et al. (2012), A hybrid genetic algorithm for multidepot and periodic vehicle routing problems, Operations Research 60.
"""

from collections.abc import Callable, Iterable

from mapsvc.patrol.vrp import Prices, Routes, Solution, Stepper
from mapsvc.patrol.whole import SHIFT_TICKS

# How much worse than the best a plan may be at the beginning, in ticks: as much as a task of mean worth.
_LEEWAY = 0.5 * SHIFT_TICKS
_NEATENED_EVERY = 20
# Of all effort: the first search from each start, the next from each of the best of them.
SHORT, _MIDDLE = 0.03, 0.1
_KEPT_STARTS = 2
_PENALTY = 60.0
_PENALTIES = (1.0, 1_000_000.0)
_STEERED_EVERY = 50
_DEARER, _CHEAPER = 1.3, 0.8
# Of the plans, how many shall keep all times.
_KEPT = (0.35, 0.45)


class Steering:
    """The price of a tick too late, steered by how many plans are in time."""

    def __init__(self) -> None:
        self.penalty = _PENALTY
        self._asked = self._kept = 0

    def saw(self, is_kept: bool) -> bool:
        """Take note of a plan; say whether the price has changed."""
        self._asked += 1
        self._kept += is_kept
        if self._asked < _STEERED_EVERY:
            return False
        share, before = self._kept / self._asked, self.penalty
        self._asked = self._kept = 0
        factor = _DEARER if share < _KEPT[0] else _CHEAPER if share > _KEPT[1] else 1.0
        self.penalty = min(max(before * factor, _PENALTIES[0]), _PENALTIES[1])
        return self.penalty != before


class Travel:
    """Search by steps of PyVRP; the price of being late is kept from one start to the next."""

    def __init__(self, stepper: Stepper, neaten: Callable[[Routes], Routes], progress: Callable[[], float]) -> None:
        """Get ready.

        Parameters
        ----------
        neaten : callable
            Makes routes that keep all times better or leaves them as they are; asked for the best and now and then.
        progress : callable
            How much of all effort is over, from 0; asked before each step.
        """
        self._stepper, self._neaten, self._progress = stepper, neaten, progress
        self._steering = Steering()
        self._steps = 0

    def best_of(self, starts: Iterable[Routes]) -> Routes:
        """A short search from each start, a longer one from the best two, the rest from the better of these.

        The starts must keep all times; the first is made before the first search, each other after the one before.
        """
        found: list[tuple[int, Routes]] = []
        for start in starts:
            found.append(self._from(start, self._progress() + SHORT))
        found.sort(key=lambda it: it[0])
        again = [self._again(it, self._progress() + _MIDDLE) for it in found[:_KEPT_STARTS]]
        return self._again(min(again, key=lambda it: it[0]), 1.0)[1]

    def _again(self, found: tuple[int, Routes], until: float) -> tuple[int, Routes]:
        return min(found, self._from(found[1], until), key=lambda it: it[0])

    def _from(self, start: Routes, until: float) -> tuple[int, Routes]:
        """The best routes found and what they cost; the leeway is used up by `until`."""
        stepper, steering = self._stepper, self._steering
        prices = stepper.prices(steering.penalty)
        current = best = stepper.solution(start)
        best_cost, current_cost = prices.cost(best), prices.penalised_cost(best)
        began = at = self._progress()
        while at < until:
            self._steps += 1
            candidate = stepper.step(current, prices)
            cost, is_kept = prices.penalised_cost(candidate), candidate.is_feasible()
            if is_kept and (cost < best_cost or self._steps % _NEATENED_EVERY == 0):
                candidate = _bettered(stepper, candidate, prices, self._neaten)
                cost = prices.penalised_cost(candidate)
                if cost < best_cost:
                    best, best_cost = candidate, cost
            if cost < current_cost or cost < best_cost + _LEEWAY * (until - at) / (until - began):
                current, current_cost = candidate, cost
            if steering.saw(is_kept):
                prices = stepper.prices(steering.penalty)
                current_cost = prices.penalised_cost(current)
            at = self._progress()
        return best_cost, stepper.routes(best)


def _bettered(stepper: Stepper, plan: Solution, prices: Prices, neaten: Callable[[Routes], Routes]) -> Solution:
    """A plan that keeps all times, improved as far as it goes."""
    polished = stepper.polish(plan, prices)
    if polished.is_feasible() and prices.cost(polished) < prices.cost(plan):
        plan = polished
    neatened = stepper.solution(neaten(stepper.routes(plan)))
    return neatened if prices.cost(neatened) < prices.cost(plan) else plan
