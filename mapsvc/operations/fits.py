"""Fitting the ranking to the office's own past, and trying it there: what walking by it would have met."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from mapsvc.domain.actors import Actor
from mapsvc.domain.backtests import Fit
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import office_day
from mapsvc.operations.backtests import LEAST_REPORTS, Progress, backtest_json
from mapsvc.operations.hotspot_cells import Division, cells_of
from mapsvc.operations.hotspot_events import Events, load_events
from mapsvc.operations.priority import NAME, OVER_KINDS, past_of, voiced
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, fits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mapsvc.analysis.backtest import Backtest, Origins

CELLS = "street:25"
EVERY = timedelta(days=7)
LEAST_OF_KIND = 30
"""With fewer reports in the windows before, a kind goes by the weights over all kinds."""


@dataclass(frozen=True)
class _Past:
    events: Events
    division: Division
    until: date


def refit(ws: Workspace, actor: Actor, progress: Progress | None = None, *, seed: int = 1) -> Fit:
    """Fit the ranking to the past up to yesterday, try it there, and keep both.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.RUN_BACKTEST)
    tell = progress or (lambda _done, _total, _what: None)
    now = ws.clock()
    until = office_day(now) - timedelta(days=1)
    tell(0, 4, "读记录")
    with ws.read() as conn:
        events = load_events(ws, conn, until)
    past = _Past(events, cells_of(ws, CELLS, events.points), until)
    tell(1, 4, "看过去哪种算法准")
    weights = _weights(ws, past)
    tell(2, 4, "用过去检验")
    figures = _figures(ws, past, seed)
    new = Fit(str(uuid4()), NAME, until, now, weights, figures)
    with ws.write() as conn:
        fits.add(conn, new)
        told = {"until": until.isoformat(), "n": figures.get("n")}
        audit.append(conn, actor, "run_backtest", "fit", new.id, None, told, now)
    tell(4, 4, "好了")
    return new


def latest_fit(ws: Workspace, actor: Actor) -> Fit | None:
    """The newest fit of the ranking; None if none was made yet."""
    require(actor, Action.RUN_BACKTEST)
    with ws.read() as conn:
        return fits.latest(conn, NAME)


def is_due(ws: Workspace) -> bool:
    """Whether the last fit is a week old, or there is none."""
    with ws.read() as conn:
        last = fits.latest(conn, NAME)
    return last is None or ws.clock() - last.made_at >= EVERY


def _weights(ws: Workspace, past: _Past) -> dict[str, Any]:
    """Weights over all kinds, and of each kind that has reports enough; empty where there is too little of either."""
    from mapsvc.analysis.priority import METHOD, Fitter

    events, (cells, index, shapes) = past.events, past.division
    rows = voiced(events, past.until)
    if not len(rows):
        return {}
    whole = past_of(ws, cells, shapes, index, events, rows)
    day, first = past.until.toordinal() + 1, int(whole.day.min())
    fitted = Fitter(whole, first).fit(day)
    if fitted.n < LEAST_OF_KIND:
        return {}
    weights = {OVER_KINDS: fitted.weights}
    for code, kind in enumerate(events.kind_labels):
        mine = rows[events.kind[rows] == code]
        own = Fitter(past_of(ws, cells, shapes, index, events, mine), first).fit(day, fitted.weights)
        if own.n >= LEAST_OF_KIND:
            weights[kind] = own.weights
    rounded = {kind: [round(float(w), 5) for w in values] for kind, values in weights.items()}
    return {"method": METHOD, "cells": CELLS, "parts": list(whole.names), "n": fitted.n, "weights": rounded}


def _figures(ws: Workspace, past: _Past, seed: int) -> dict[str, Any]:
    """The backtest, each report and each trouble once; or why there is none."""
    import numpy as np

    from mapsvc.analysis.backtest import LEAST_PERIODS, origins_of

    events, (cells, index, _) = past.events, past.division
    last = past.until.toordinal()
    raw = np.flatnonzero(~events.placeholder & ~events.is_patrol & (events.day <= last) & (index >= 0))
    seen = voiced(events, past.until)
    episodes = seen[index[seen] >= 0]
    first = int(events.day[raw].min()) if len(raw) else last
    origins = origins_of(first, last)
    if origins is None:
        return {"n": 0, "too_short": f"记录只有{last - first + 1}天，至少要{LEAST_PERIODS * 28}天才能用过去检验。"}
    inside = int(((events.day[episodes] >= origins.tests[0]) & (events.day[episodes] < origins.tests[-1] + 28)).sum())
    if inside < LEAST_REPORTS:
        told = f"最近{len(origins.tests)}期（每期28天）一共只有{inside}起，至少要{LEAST_REPORTS}起才说得出什么。"
        return {"n": inside, "too_short": told}
    tests = [_try(ws, past, rows, origins, seed) for rows in (raw, episodes)]
    return {
        "n": tests[0].n,
        "cells": len(cells.ids),
        "days": tests[0].window,
        "tests": [date.fromordinal(day).isoformat() for day in origins.tests],
        "until": date.fromordinal(origins.tests[-1] + tests[0].window - 1).isoformat(),
        "method": tests[0].method,
        "seed": seed,
        "raw": backtest_json(tests[0]),
        "episodes": backtest_json(tests[1]),
    }


def _try(ws: Workspace, past: _Past, rows: "NDArray[np.int64]", origins: "Origins", seed: int) -> "Backtest":
    from mapsvc.analysis.backtest import run
    from mapsvc.analysis.baselines import baselines, within_reach

    events, (cells, index, shapes) = past.events, past.division
    made = past_of(ws, cells, shapes, index, events, rows)
    others = baselines(made, made.spreads[2:4] or made.spreads[:1], within_reach(cells.centres, cells.reach_m))
    return run(made, others, origins, _stretches(cells.centres), seed=seed)


def _stretches(centres: "NDArray[np.float64]") -> "NDArray[np.int64]":
    """Blocks of 100 m: what lies together swings together."""
    import numpy as np

    blocks = np.floor(centres / 100.0).astype(np.int64)
    return np.unique(blocks, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)
