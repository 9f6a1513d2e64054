"""The demo's rain: plausible for the place, wet before some of its leaks, and its last storm is over."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mapsvc.config import Settings
from mapsvc.demo.make import build
from mapsvc.demo.rain import call_last_storm
from mapsvc.demo.rows import Rows
from mapsvc.domain.accounts import Account
from mapsvc.domain.actors import SYSTEM, Role
from mapsvc.domain.times import office_day
from mapsvc.operations import accounts
from mapsvc.operations.storm_views import list_storms
from mapsvc.operations.workspace import Workspace
from mapsvc.store.batches import insert_all

NOW = datetime(2026, 11, 23, 0, 40, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Rows]:
    """The demo's rows in a store, and the rows."""
    folder: Path = tmp_path_factory.mktemp("rain")
    ws = Workspace.open(Settings.load({}, data=str(folder)), clock=lambda: NOW)
    rows = build(ws, 1)
    with ws.write() as conn:
        insert_all(conn, rows.tables)
    return ws, rows


def test_it_rains_as_in_shanghai(made: tuple[Workspace, Rows]) -> None:
    rain = {row["day"]: row["mm"] for row in made[1].tables["rainfall"]}
    assert len(rain) == 730 and max(rain) == office_day(NOW) - timedelta(days=1)
    per_month: dict[int, float] = defaultdict(float)
    for day, mm in rain.items():
        per_month[day.month] += mm / 2
    assert 900 < sum(per_month.values()) < 1900
    assert sum(per_month[m] for m in (6, 7, 8, 9)) > 2 * sum(per_month[m] for m in (11, 12, 1, 2))
    assert 20 <= sum(mm >= 25 for mm in rain.values()) <= 50 and max(rain.values()) > 70


def test_some_leaks_came_after_heavy_rain(made: tuple[Workspace, Rows]) -> None:
    rain = {row["day"]: row["mm"] for row in made[1].tables["rainfall"]}
    leaks = [office_day(i["happened_at"]) for i in made[1].tables["issue"] if i["kind"] == "L0001"]
    after = [d for d in leaks if max((rain.get(d - timedelta(days=n), 0.0) for n in range(4)), default=0.0) >= 25]
    assert 3 <= len(after) < len(leaks)


def test_the_last_storm_was_looked_at_and_is_over(made: tuple[Workspace, Rows]) -> None:
    ws, _ = made
    secretary: Account = accounts.add_account(ws, SYSTEM, "王书记", Role.SECRETARY, "王书记")
    call_last_storm(ws, secretary)
    page = list_storms(ws, SYSTEM)
    assert page.open == () and len(page.past) == 1
    assert page.past[0].total > 10 and page.past[0].seen > 5
    assert page.risks.by_rain and page.risks.doors[0].spot.street == "岚皋西路"
