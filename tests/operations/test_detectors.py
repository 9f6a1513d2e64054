"""What the detectors find in a store, from what was known on an evening and no more."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from mapsvc.domain.alerts import Candidate, Looked
from mapsvc.domain.effects import Result
from mapsvc.operations.detectors import DETECTORS, outbreaks, relapses, rises
from mapsvc.operations.effects import NewCheck, record_effect
from mapsvc.operations.workspace import Workspace
from tests.support.clock import FixedClock
from tests.support.reports import Past, write_past
from tests.support.street import Street, uid

SUNDAY = date(2026, 11, 22)
CORNER = (121.419941, 31.251599)


def far(n: int) -> tuple[float, float]:
    """A spot along the street, none of them near the corner or near the one before."""
    return 121.4105 + 0.0006 * (n % 12), 31.2470 + 0.0003 * (n % 12)


def scattered(kind: str = "06010", every: int = 9, days: int = 500) -> list[Past]:
    """Now and then somewhere along the street."""
    return [Past(day + 0.2, kind, far(n * 7)) for n, day in enumerate(range(3, days, every))]


def seen(ws: Workspace, detector: object, until: date = SUNDAY) -> Looked:
    with ws.read() as conn:
        found: Looked = detector(ws, conn, until, 1)  # type: ignore[operator]
    return found


def only(looked: Looked, p: float = 0.01) -> Candidate:
    (one,) = [c for c in looked.candidates if c.p <= p]
    return one


def none_stands_out(looked: Looked) -> bool:
    return all(c.p > 0.01 for c in looked.candidates)


@pytest.fixture
def quiet(workspace: Workspace, street: Street, clock: FixedClock) -> Workspace:
    """A street with a report every nine days."""
    write_past(workspace, clock(), scattered())
    return workspace


def test_a_quiet_street_has_nothing_that_stands_out(quiet: Workspace) -> None:
    for detector in DETECTORS:
        looked = seen(quiet, detector)
        assert none_stands_out(looked) and looked.method
    assert seen(quiet, outbreaks.look).tested == seen(quiet, rises.look).tested == 1


def test_an_empty_store_is_looked_at_in_vain(workspace: Workspace) -> None:
    assert [seen(workspace, detector).tested for detector in DETECTORS] == [0] * len(DETECTORS)


def test_what_comes_together_at_a_corner_is_an_outbreak(quiet: Workspace, clock: FixedClock) -> None:
    write_past(quiet, clock(), [Past(d + 0.3, "06010") for d in (2, 6, 10, 14)])
    one = only(seen(quiet, outbreaks.look))
    assert one.subject.startswith("outbreak:06010:") and one.place_id == uid("PD0001")
    assert one.location_id == uid("loc PD0001")
    assert one.evidence["count"] == 4 > 4 * one.evidence["expected"]
    assert len(one.evidence["issue_ids"]) == 4
    assert one.evidence["series"][-1]["from"] == "2026-11-16"
    assert sum(week["count"] for week in one.evidence["series"]) == 4
    assert (one.evidence["lon"], one.evidence["lat"]) == pytest.approx(CORNER, abs=1e-5)
    assert one.evidence["next"]["playbook"] == "dumping_spot"
    assert one.text.startswith("岚皋路") and "天报了4件暴露垃圾" in one.text and one.text.endswith("不到1件。")
    json.dumps(dict(one.evidence))


def test_what_patrols_alone_find_is_no_outbreak(quiet: Workspace, clock: FixedClock) -> None:
    write_past(quiet, clock(), [Past(d + 0.3, source="patrol") for d in (2, 6, 10, 14)])
    assert none_stands_out(seen(quiet, outbreaks.look))


def test_many_calls_about_one_heap_are_no_outbreak(quiet: Workspace, clock: FixedClock) -> None:
    write_past(quiet, clock(), [Past(5 + h / 24) for h in range(0, 60, 6)])
    assert none_stands_out(seen(quiet, outbreaks.look))


def test_only_what_was_received_by_the_evening_is_known(quiet: Workspace, clock: FixedClock) -> None:
    write_past(quiet, clock(), [Past(d + 0.3, heard_after=10) for d in (22, 26, 30, 34, 38)])
    then = SUNDAY - timedelta(days=28)
    assert none_stands_out(seen(quiet, outbreaks.look, then))
    assert only(seen(quiet, outbreaks.look, then + timedelta(days=18))).evidence["count"] == 5
    assert none_stands_out(seen(quiet, outbreaks.look, then - timedelta(days=30)))


def test_what_a_ledger_brought_was_known_when_it_happened(quiet: Workspace, clock: FixedClock) -> None:
    days = (22, 26, 30, 34, 38)
    write_past(quiet, clock(), [Past(d + 0.3, heard_after=d, is_imported=True) for d in days])
    assert only(seen(quiet, outbreaks.look, SUNDAY - timedelta(days=12))).evidence["count"] == 5


@pytest.fixture
def treated(quiet: Workspace, clock: FixedClock, street: Street) -> Workspace:
    """The corner was bad until half a year ago, then seen clean."""
    write_past(quiet, clock() - timedelta(days=180), [Past(d + 0.3) for d in range(5, 80, 5)])
    at = clock() - timedelta(days=170)
    record_effect(quiet, street.secretary, NewCheck(uid("check"), Result.GONE, place="PD0001", at=at))
    with quiet.write() as conn:
        # It was known then, not only now.
        from sqlalchemy import update

        from mapsvc.store.tables import effect_check

        conn.execute(update(effect_check).values(received_at=at))
    return quiet


def test_what_comes_back_to_a_treated_place_is_a_relapse(treated: Workspace, clock: FixedClock) -> None:
    assert seen(treated, relapses.look).tested == 1
    write_past(treated, clock(), [Past(d + 0.3, heard_after=0.1) for d in (1, 5, 9)])
    one = only(seen(treated, relapses.look))
    assert (one.subject, one.kind, one.place_id) == ("relapse:PD0001", "06010", uid("PD0001"))
    assert one.from_day == date(2026, 11, 14) and one.p < 0.001
    assert one.evidence["quiet_days"] == 160 and one.evidence["report_days"] == 3
    assert one.text.startswith(
        "橙子公寓旁空地：回访看到没有了，之后安静了160天，11月14日起又有3天有人报暴露垃圾。一阵算一起，近14天3起（"
    )
    assert "治理以前14天里有2起左右" in one.text
    assert one.evidence["n_others"] > 0
    json.dumps(dict(one.evidence))
    assert none_stands_out(seen(treated, relapses.look, SUNDAY - timedelta(days=14)))


def test_a_place_that_is_said_to_be_as_bad_as_ever_has_no_relapse(
    treated: Workspace, clock: FixedClock, street: Street
) -> None:
    write_past(treated, clock(), [Past(d + 0.3, heard_after=0.1) for d in (1, 5, 9)])
    at = clock() - timedelta(days=2)
    record_effect(treated, street.secretary, NewCheck(uid("again"), Result.BACK, place="PD0001", at=at))
    assert seen(treated, relapses.look, SUNDAY - timedelta(days=1)).tested == 1
    assert seen(treated, relapses.look, SUNDAY + timedelta(days=1)).tested == 0


def test_a_week_with_many_of_a_kind_is_a_rise(quiet: Workspace, clock: FixedClock) -> None:
    write_past(quiet, clock(), [Past(1 + n * 0.8, spot=far(n * 5 + 3)) for n in range(8)])
    one = only(seen(quiet, rises.look))
    assert (one.subject, one.kind, one.place_id) == ("rise:06010", "06010", None)
    assert (one.from_day, one.until_day) == (date(2026, 11, 16), SUNDAY)
    assert one.evidence["count"] == len(one.evidence["issue_ids"]) == one.evidence["series"][-1]["count"]
    assert one.text.startswith(f"近7天全街报了{one.evidence['count']}件暴露垃圾，平时一周")
    assert one.evidence["interval"][1] < one.evidence["count"]
    json.dumps(dict(one.evidence))


def test_more_and_more_over_weeks_is_said_as_such(quiet: Workspace, clock: FixedClock) -> None:
    write_past(quiet, clock(), [Past(1.5 + n * 3.1, spot=far(n * 5 + 3)) for n in range(16)])
    one = only(seen(quiet, rises.look))
    assert one.evidence["is_slow"] and "近八周慢慢多起来：现在每周约" in one.text
    assert (one.until_day - one.from_day).days == 55
