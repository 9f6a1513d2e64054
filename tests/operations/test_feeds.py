"""The calendar feed of one person: everything due, nothing of merchants, dead once revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mapsvc.domain.accounts import Session
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.errors import NotFound
from mapsvc.operations import feeds
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.visits import NewPromise, NewVisit, record_visit
from mapsvc.operations.workspace import Workspace
from mapsvc.store import accounts as store_accounts
from mapsvc.store.tables import feed
from tests.support.accounts import signed_in
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

BASE = "http://office.example"


def session_of(ws: Workspace, role: str, login: str) -> Session:
    from mapsvc.operations import signing_in

    return signing_in.by_cookie(ws, signed_in(ws, role, login).cookie).session


def events(text: str) -> dict[str, str]:
    lines = text.replace("\r\n ", "").split("\r\n")
    uids = [line.removeprefix("UID:") for line in lines if line.startswith("UID:")]
    return dict(
        zip(uids, [line.removeprefix("SUMMARY:") for line in lines if line.startswith("SUMMARY:")], strict=True)
    )


@pytest.fixture
def chen(workspace: Workspace, street: Street, clock: FixedClock) -> Session:
    """小陈 promised something for Friday at 27号; a leak there runs out in some days."""
    session = session_of(workspace, "worker", "小陈")
    friday = clock() + timedelta(days=4)
    promise = NewPromise(uid("promise"), "给徐女士13812345678回话", friday)
    record_visit(
        workspace, session.account.actor,
        NewVisit(uid("call"), "LT0001", VisitKind.REGULAR, clock(), Outcome.MET, promises=(promise,)),
    )  # fmt: skip
    report_issue(workspace, session.account.actor, NewIssue(uid("leak"), "L0001", "滴水", shop="LT0001"))
    return session


def test_a_worker_reads_what_they_promised_and_nothing_of_the_merchant(workspace: Workspace, chen: Session) -> None:
    made = feeds.make_feed(workspace, chen)
    text = feeds.read_feed(workspace, made.secret, BASE)
    assert events(text) == {f"promise-{uid('promise')}@mapsvc": "答应的事到期：岚皋西路27号"}
    assert "徐" not in text and "1381234" not in text and "锦云" not in text
    assert feeds.read_feed(workspace, made.secret, BASE) == text


def test_the_secretary_reads_deadlines_too(workspace: Workspace, chen: Session) -> None:
    made = feeds.make_feed(workspace, session_of(workspace, "secretary", "王书记"))
    assert "案件到期：岚皋西路27号房屋渗漏" in events(feeds.read_feed(workspace, made.secret, BASE)).values()


def test_the_secret_is_kept_nowhere(workspace: Workspace, chen: Session) -> None:
    made = feeds.make_feed(workspace, chen)
    with workspace.read() as conn:
        rows = conn.execute(feed.select()).all()
    assert len(rows) == 1 and made.secret not in repr(rows)


def test_a_revoked_a_replaced_and_an_unknown_feed_are_gone(workspace: Workspace, chen: Session) -> None:
    first = feeds.make_feed(workspace, chen)
    second = feeds.make_feed(workspace, chen)
    assert feeds.own_feed(workspace, chen) is not None
    assert feeds.revoke_feed(workspace, chen) is True
    assert feeds.revoke_feed(workspace, chen) is False
    assert feeds.own_feed(workspace, chen) is None
    for secret in (first.secret, second.secret, "nothing", ""):
        with pytest.raises(NotFound):
            feeds.read_feed(workspace, secret, BASE)


def test_who_left_reads_no_more(workspace: Workspace, chen: Session, clock: FixedClock) -> None:
    made = feeds.make_feed(workspace, chen)
    with workspace.write() as conn:
        store_accounts.change(conn, chen.account.id, disabled_at=clock())
    with pytest.raises(NotFound):
        feeds.read_feed(workspace, made.secret, BASE)
