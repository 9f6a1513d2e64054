"""Whatever order a phone's messages come in, and however often: the store holds each record once or not at all."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mapsvc.config import Settings
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.errors import Conflict, NotFound
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.promises import Kept, keep_promise
from mapsvc.operations.tenancies import ChangedHands
from mapsvc.operations.visits import FoundIssue, NewNeed, NewPromise, NewVisit, record_visit
from mapsvc.operations.withdrawals import withdraw_issue, withdraw_visit
from mapsvc.operations.workspace import Workspace
from mapsvc.store.database import Database
from tests.operations.test_withdrawals import contents
from tests.support.clock import FixedClock
from tests.support.street import Street, build, uid

AT = datetime(2026, 11, 23, 0, 40, tzinfo=UTC)
TALK = NewVisit(
    uid("talk"),
    "LT0001",
    VisitKind.REGULAR,
    AT,
    Outcome.MET,
    (NewNeed(uid("need"), "要哪些材料", "子女入园"),),
    (NewPromise(uid("promise"), "周五前回话"),),
    (FoundIssue(uid("leak"), "漏水", "吊顶滴水"),),
)
CAFE = ChangedHands(uid("cafe"), uid("ten LT0002"), None, "新叶咖啡", None, "周小叶")
CHANGED = NewVisit(uid("changed"), "LT0002", VisitKind.REGULAR, AT, Outcome.CHANGED, tenancy=CAFE)
RUBBISH = NewIssue(uid("rubbish"), "06010", "三袋垃圾", place="PD0001")

NUMBER = re.compile(r"XJ20261123-\d{3}")
Message = tuple[str, str]
MESSAGES: dict[Message, Callable[[Workspace, Street], object]] = {
    ("send", "talk"): lambda ws, street: record_visit(ws, street.chen, TALK),
    ("withdraw", "talk"): lambda ws, street: withdraw_visit(ws, street.chen, TALK.id),
    ("keep", "talk"): lambda ws, street: keep_promise(ws, street.chen, uid("promise"), Kept(uid("kept"), AT)),
    ("send", "changed"): lambda ws, street: record_visit(ws, street.zhou, CHANGED),
    ("withdraw", "changed"): lambda ws, street: withdraw_visit(ws, street.zhou, CHANGED.id),
    ("send", "rubbish"): lambda ws, street: report_issue(ws, street.chen, RUBBISH),
    ("withdraw", "rubbish"): lambda ws, street: withdraw_issue(ws, street.chen, RUBBISH.id),
}
CAME = st.lists(st.sampled_from(sorted(MESSAGES)), max_size=14)


@contextmanager
def office(template: Path) -> Iterator[tuple[Workspace, Street]]:
    """A street of its own for each example."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        shutil.copytree(template, data)
        database = Database.open(data, "")
        ws = Workspace(Settings(data=data), data, database, FixedClock())
        yield ws, build(ws)
        database.close()


def stands(came: Sequence[Message]) -> list[Message]:
    """What these messages come to: a record that was ever taken back is gone, unless its promise was kept before."""
    recorded: dict[str, bool] = {}
    kept: set[str] = set()
    for act, what in came:
        if act == "send":
            recorded.setdefault(what, True)
        elif act == "keep" and recorded.get(what):
            kept.add(what)
        elif act == "withdraw" and what not in kept:
            recorded[what] = False
    sent = [("send", what) for what in sorted(recorded) if recorded[what]]
    return sent + [("keep", what) for what in sorted(kept)]


def receive(ws: Workspace, street: Street, came: Sequence[Message]) -> dict[str, list[str]]:
    """The store after these messages; numbers of issues count what came before and are left out."""
    for message in came:
        try:
            MESSAGES[message](ws, street)
        except (Conflict, NotFound):
            # A visit whose promise was kept stays; a promise nobody knows cannot be kept.
            assert message[0] != "send"
    return {name: [NUMBER.sub("", row) for row in rows] for name, rows in contents(ws).items()}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(came=CAME)
@example(came=[("withdraw", "talk"), ("send", "talk"), ("keep", "talk")])
@example(came=[("send", "talk"), ("keep", "talk"), ("withdraw", "talk"), ("send", "talk")])
@example(came=[("send", "changed"), ("send", "changed"), ("withdraw", "changed"), ("send", "changed")])
def test_the_store_holds_what_the_messages_come_to(sqlite_template: Path, came: list[Message]) -> None:
    with office(sqlite_template) as (ws, street):
        found = receive(ws, street, came)
    with office(sqlite_template) as (ws, street):
        assert found == receive(ws, street, stands(came))
