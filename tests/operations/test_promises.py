"""A promise is kept or taken back once, by those who may."""

from __future__ import annotations

import pytest

from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.errors import Conflict, Forbidden, NotFound
from mapsvc.operations import history
from mapsvc.operations.promises import keep_promise, withdraw_promise
from mapsvc.operations.visits import NewPromise, NewVisit, record_visit
from mapsvc.operations.workspace import Workspace
from tests.support.clock import FixedClock
from tests.support.street import Street, uid


@pytest.fixture
def promised(workspace: Workspace, street: Street, clock: FixedClock) -> str:
    """Id of a promise made at 27号."""
    made = NewPromise(uid("p"), "周五前回话")
    record_visit(
        workspace, street.chen, NewVisit(uid("v"), "LT0001", VisitKind.REGULAR, clock(), Outcome.MET, promises=(made,))
    )
    return made.id


def test_a_kept_promise_leaves_the_top_and_is_told(
    workspace: Workspace, street: Street, clock: FixedClock, promised: str
) -> None:
    clock.advance(days=1)
    assert keep_promise(workspace, street.chen, promised).kept_at == clock()
    page = history.shop_history(workspace, street.chen, "LT0001")
    assert page.open == ()
    assert page.items[0].title == "答应的事 · 办好了"


def test_what_is_settled_stays_settled(workspace: Workspace, street: Street, promised: str) -> None:
    withdraw_promise(workspace, street.secretary, promised)
    for again in (keep_promise, withdraw_promise):
        with pytest.raises(Conflict):
            again(workspace, street.secretary, promised)


def test_strangers_settle_nothing(workspace: Workspace, street: Street, promised: str) -> None:
    with pytest.raises(Forbidden):
        keep_promise(workspace, street.office, promised)
    with pytest.raises(NotFound):
        keep_promise(workspace, street.chen, "nothing")
