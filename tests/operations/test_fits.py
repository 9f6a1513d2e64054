"""The ranking is fitted to the office's own past and tried there; too short a past leaves the defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.errors import Forbidden
from mapsvc.operations.fits import is_due, latest_fit, refit
from mapsvc.store import tables as t
from tests.support.past import Told, a_year, add_past

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace
    from tests.support.clock import FixedClock


def test_a_year_of_reports_gives_weights_and_figures_of_both_counts(workspace: Workspace) -> None:
    add_past(workspace, a_year())
    fit = refit(workspace, SYSTEM)
    assert fit.until_day.isoformat() == "2026-11-22"
    for weights in fit.chosen["weights"].values():
        assert sum(weights) == pytest.approx(1, abs=1e-3)
        assert len(weights) == len(fit.chosen["parts"])
    for counted in ("raw", "episodes"):
        methods = {one["method"]: one["areas"] for one in fit.figures[counted]["methods"]}
        assert [area["share"] for area in methods["priority"]] == [0.01, 0.02, 0.05]
        assert methods["priority"][1]["hits"] <= methods["perfect"][1]["hits"]
        assert methods["priority"][1]["hit_rate"] > 0.2
    assert latest_fit(workspace, SYSTEM) == fit


def test_twice_on_the_same_day_says_the_same(workspace: Workspace) -> None:
    add_past(workspace, a_year(120))
    first, second = refit(workspace, SYSTEM), refit(workspace, SYSTEM)
    assert (first.chosen, first.figures) == (second.chosen, second.figures)


def test_an_empty_or_short_past_is_said_and_the_defaults_stay(workspace: Workspace) -> None:
    assert "至少要112天" in refit(workspace, SYSTEM).figures["too_short"]
    add_past(workspace, [Told(days_ago=n * 12, at_m=5 + n * 7.0) for n in range(25)])
    fit = refit(workspace, SYSTEM)
    assert "至少要20起" in fit.figures["too_short"]
    assert fit.chosen == {}


def test_what_patrols_found_counts_in_neither(workspace: Workspace) -> None:
    add_past(workspace, [Told(one.days_ago, one.at_m, one.kind, "patrol") for one in a_year()])
    fit = refit(workspace, SYSTEM)
    assert fit.chosen == {}
    assert "too_short" in fit.figures


def test_it_is_due_once_a_week(workspace: Workspace, clock: FixedClock) -> None:
    assert is_due(workspace)
    refit(workspace, SYSTEM)
    assert not is_due(workspace)
    clock.advance(days=6)
    assert not is_due(workspace)
    clock.advance(days=1)
    assert is_due(workspace)


def test_a_worker_may_neither_run_nor_see_it_and_the_run_is_in_the_record(workspace: Workspace) -> None:
    worker = Actor("x", "小陈", Role.WORKER)
    for act in (refit, latest_fit):
        with pytest.raises(Forbidden, match="检验巡查优先级"):
            act(workspace, worker)
    fit = refit(workspace, SYSTEM)
    with workspace.read() as conn:
        row = conn.execute(t.audit.select().where(t.audit.c.action == "run_backtest")).one()
    assert row.record_id == fit.id
