"""办结公示: frozen when made, without anybody's name; printed again, withdrawn and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from mapsvc.domain.periods import between
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations.street_sheets import draft, get_sheet, list_sheets, make_sheet, restore, withdraw
from mapsvc.operations.workspace import Workspace
from mapsvc.store import tables as t
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

OCTOBER = between(date(2026, 10, 1), date(2026, 10, 31))
SOME_DAY = datetime(2026, 10, 20, 2, tzinfo=UTC)
PERSONAL = ("徐女士", "13812345678", "锦云家纺", "LT0001", "27号", "刘小燕", "海燕花店", "小陈", "王书记", "漏得厉害")


@pytest.fixture
def done(workspace: Workspace, street: Street) -> Street:
    """A leak at 27号, 29号 and 31号, closed in October, and what else happened at 27号."""
    with workspace.write() as conn:
        for n, (shop, number) in enumerate((("LT0001", 27), ("LT0002", 29), (None, 31))):
            location = uid(f"loc {shop}") if shop else uid("loc 31")
            if not shop:
                conn.execute(
                    insert(t.location).values(
                        id=location, kind="point", street="岚皋西路", house_number=number, side="odd"
                    )
                )
            conn.execute(
                insert(t.case_file).values(
                    id=uid(f"case {n}"), state="closed", calendar="clock", opened_at=SOME_DAY - timedelta(days=3),
                    closed_at=SOME_DAY,
                )
            )  # fmt: skip
            conn.execute(
                insert(t.issue).values(
                    id=uid(f"issue {n}"), number=f"WT{n}", case_id=uid(f"case {n}"), location_id=location,
                    shop_id=uid(shop) if shop else None, kind="L0001", source="visit", happened_at=SOME_DAY,
                    received_at=SOME_DAY, description="徐女士家漏得厉害，打13812345678",
                )
            )  # fmt: skip
            conn.execute(
                insert(t.enquiry).values(
                    id=uid(f"ask {n}"), shop_id=uid(shop) if shop else None, topic="子女入园", asked_at=SOME_DAY,
                    text="徐女士问", answered_at=SOME_DAY, answer="告诉徐女士了", contact_name="徐女士",
                )
            )  # fmt: skip
        conn.execute(
            insert(t.promise).values(
                id=uid("p"), shop_id=uid("LT0001"), text="给徐女士修门", promised_at=SOME_DAY, due_at=SOME_DAY,
                kept_at=SOME_DAY,
            )
        )  # fmt: skip
        conn.execute(
            insert(t.need).values(
                id=uid("n"), shop_id=uid("LT0001"), topic="徐女士的事", text="锦云家纺要修", voiced_at=SOME_DAY,
                settled_at=SOME_DAY,
            )
        )  # fmt: skip
    return street


def all_keys(ws: Workspace, street: Street) -> list[str]:
    return [line.key for part in draft(ws, street.secretary, OCTOBER).parts for line in part.lines]


def test_a_sheet_says_what_got_done_and_names_nobody(workspace: Workspace, done: Street) -> None:
    made = make_sheet(workspace, done.secretary, OCTOBER, all_keys(workspace, done))
    assert (made.title, made.content.span) == ("2026年10月办结公示", "2026年10月")
    assert [line.text for line in made.content.lines] == [
        "岚皋西路 单号侧 房屋渗漏 3件，都已修好。",
        "各类诉求 几条，都已办好。",
        "答应大家的事到期1件，都办到了。",
        "子女入园的咨询 3条，都已答复。",
    ]
    with workspace.read() as conn:
        stored = str(conn.execute(select(t.street_sheet.c.content)).scalar_one())
    assert not [word for word in PERSONAL if word in stored]


def test_what_is_recorded_later_does_not_change_a_frozen_sheet(workspace: Workspace, done: Street) -> None:
    made = make_sheet(workspace, done.office, OCTOBER, ["promises"], uid("sheet"))
    with workspace.write() as conn:
        conn.execute(t.promise.update().values(kept_at=None))
    assert "都办到了" not in str(draft(workspace, done.secretary, OCTOBER))
    assert make_sheet(workspace, done.office, OCTOBER, all_keys(workspace, done), uid("sheet")) == made
    assert get_sheet(workspace, done.chen, made.id) == made
    assert [line.key for line in made.content.lines] == ["promises"]


def test_a_sheet_is_withdrawn_and_comes_back_unless_there_is_another(
    workspace: Workspace, done: Street, clock: FixedClock
) -> None:
    first = make_sheet(workspace, done.secretary, OCTOBER, ["promises"])
    gone = withdraw(workspace, done.secretary, first.id)
    assert gone.withdrawn_at == clock()
    assert withdraw(workspace, done.secretary, first.id) == gone
    assert restore(workspace, done.secretary, first.id) == first
    withdraw(workspace, done.secretary, first.id)
    clock.advance(minutes=1)
    second = make_sheet(workspace, done.secretary, OCTOBER, ["promises"])
    with pytest.raises(Conflict):
        restore(workspace, done.secretary, first.id)
    assert [one.id for one in list_sheets(workspace, done.chen)] == [second.id, first.id]


def test_nothing_left_and_a_span_ahead_are_refused(workspace: Workspace, done: Street) -> None:
    with pytest.raises(Refused, match="一句都没有留下"):
        make_sheet(workspace, done.secretary, OCTOBER, ["case:nothing"])
    with pytest.raises(Refused, match="还没到"):
        draft(workspace, done.secretary, between(date(2027, 1, 1), date(2027, 1, 31)))
    with pytest.raises(NotFound):
        get_sheet(workspace, done.secretary, uid("none"))


def test_workers_see_sheets_and_do_not_make_them(workspace: Workspace, done: Street) -> None:
    made = make_sheet(workspace, done.secretary, OCTOBER, ["promises"])
    for act in (
        lambda: draft(workspace, done.chen, OCTOBER),
        lambda: make_sheet(workspace, done.chen, OCTOBER, ["promises"]),
        lambda: withdraw(workspace, done.chen, made.id),
        lambda: restore(workspace, done.chen, made.id),
        lambda: list_sheets(workspace, done.volunteer),
    ):
        with pytest.raises(Forbidden):
            act()
