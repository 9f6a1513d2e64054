"""Silent doors out of the store: the present tenancy alone counts, whatever was voiced in whichever way ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from mapsvc.domain.actors import Actor
from mapsvc.domain.issues import IssueSource
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.errors import Forbidden
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.shop_changes import change_tenancy
from mapsvc.operations.silent import silence
from mapsvc.operations.tenancies import NewTenancy
from mapsvc.operations.visits import NewNeed, NewVisit, record_visit
from mapsvc.operations.workspace import Workspace
from mapsvc.store.tables import enquiry
from tests.support.clock import FixedClock
from tests.support.street import Street, uid


def met(ws: Workspace, actor: Actor, days_ago: int, code: str = "LT0001", **more: object) -> None:
    """A call so many days ago."""
    at = ws.clock() - timedelta(days=days_ago)
    record_visit(ws, actor, NewVisit(uid(f"{code} {days_ago}"), code, VisitKind.REGULAR, at, Outcome.MET, **more))


def codes(ws: Workspace, actor: Actor) -> list[str]:
    return [one.door.code for one in silence(ws, actor).doors]


@pytest.fixture
def quiet(workspace: Workspace, street: Street) -> Workspace:
    """27号 met three times, nothing voiced."""
    for days in (10, 40, 70):
        met(workspace, street.chen, days)
    return workspace


def test_three_calls_and_not_a_word(quiet: Workspace, street: Street) -> None:
    found = silence(quiet, street.secretary)
    assert [(one.door.code, one.met) for one in found.doors] == [("LT0001", 3)]
    assert (len(found.now.met), len(found.now.voiced), found.now.share.percent) == (1, 0, None)
    with pytest.raises(Forbidden):
        silence(quiet, street.volunteer)


def test_two_calls_within_the_year_are_too_few(workspace: Workspace, street: Street) -> None:
    for days in (10, 40, 400):
        met(workspace, street.chen, days)
    assert codes(workspace, street.chen) == []


@pytest.mark.parametrize("how", ["need", "enquiry", "issue"])
def test_a_word_ends_it(quiet: Workspace, street: Street, how: str) -> None:
    at = quiet.clock()
    if how == "need":
        met(quiet, street.chen, 1, needs=(NewNeed(uid("n"), "路灯不亮"),))
    elif how == "issue":
        told = NewIssue(uid("i"), "L0001", "漏水", IssueSource.MERCHANT, shop="LT0001")
        report_issue(quiet, street.chen, told)
    else:
        asked = {
            "id": uid("e"),
            "shop_id": uid("LT0001"),
            "tenancy_id": uid("ten LT0001"),
            "asked_at": at,
            "text": "问",
        }
        with quiet.write() as conn:
            conn.execute(insert(enquiry).values(**asked))
    assert codes(quiet, street.chen) == []
    if how != "issue":
        assert [d.code for d in silence(quiet, street.chen).now.voiced] == ["LT0001"]


def test_an_issue_the_worker_saw_is_not_the_merchants_word(quiet: Workspace, street: Street) -> None:
    report_issue(quiet, street.chen, NewIssue(uid("i"), "L0001", "漏水", IssueSource.VISIT, shop="LT0001"))
    assert codes(quiet, street.chen) == ["LT0001"]


def test_who_came_new_is_not_silent(quiet: Workspace, street: Street, clock: FixedClock) -> None:
    change_tenancy(quiet, street.chen, "LT0001", 1, NewTenancy(uid("t"), clock().date(), "新叶咖啡"))
    clock.advance(days=1)
    assert codes(quiet, street.chen) == []
