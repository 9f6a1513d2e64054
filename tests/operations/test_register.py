"""责任主体 kept by hand: added, changed by one hand at a time, taken out and back, told at the doors it concerns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mapsvc.domain.register import RegisterEntry, Side
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import history, register
from mapsvc.operations.workspace import Workspace
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

ENTRY = RegisterEntry(uid("reg"), "岚皋西路", 1, 27, Side.ODD, None, "兰凤新村居委会", "兰凤物业", "021-60001234")


def told(ws: Workspace, street: Street, code: str) -> list[tuple[str, str]]:
    """What the door's history says of the register."""
    items = history.shop_history(ws, street.secretary, code).items
    return [(e.title, e.detail) for e in items if "责任主体" in e.title]


def test_an_entry_is_added_changed_and_told_at_its_doors(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    register.add_entry(workspace, street.secretary, ENTRY)
    clock.advance(minutes=1)
    changed = register.change_entry(workspace, street.office, replace(ENTRY, property_company="申城物业"))
    assert changed is not None
    assert register.get_entry(workspace, street.office, ENTRY.id).version == 2
    said = told(workspace, street, "LT0001")
    assert said[0] == ("更正 · 责任主体", "改 岚皋西路1–27单号 · 物业公司：兰凤物业 → 申城物业")
    assert len(said) == 2
    assert told(workspace, street, "LT0002") == []  # 29号 is none of its doors


def test_the_second_of_two_hands_sees_what_is_there(workspace: Workspace, street: Street) -> None:
    register.add_entry(workspace, street.secretary, ENTRY)
    register.change_entry(workspace, street.secretary, replace(ENTRY, property_company="申城物业"))
    with pytest.raises(Conflict) as caught:
        register.change_entry(workspace, street.office, replace(ENTRY, duty_phone="021-60005678"))
    now = caught.value.extra["now"]
    assert isinstance(now, RegisterEntry)
    assert now.property_company == "申城物业"
    with pytest.raises(Conflict):
        register.remove_entry(workspace, street.office, ENTRY.id, 1)
    assert register.change_entry(workspace, street.office, now) is None


def test_changes_are_taken_back_one_after_the_other(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    added = register.add_entry(workspace, street.secretary, ENTRY)
    clock.advance(minutes=1)
    changed = register.change_entry(workspace, street.secretary, replace(ENTRY, property_company="申城物业"))
    clock.advance(minutes=1)
    removed = register.remove_entry(workspace, street.secretary, ENTRY.id, 2)
    assert changed is not None
    with pytest.raises(Conflict, match="又改过"):
        register.undo_change(workspace, street.secretary, changed.id)
    for change, company in ((removed, "申城物业"), (changed, "兰凤物业")):
        register.undo_change(workspace, street.secretary, change.id)
        assert register.get_entry(workspace, street.secretary, ENTRY.id).property_company == company
    register.undo_change(workspace, street.secretary, added.id)
    with pytest.raises(NotFound):
        register.get_entry(workspace, street.secretary, ENTRY.id)
    assert told(workspace, street, "LT0001") == []
    book = register.open_book(workspace, street.secretary)
    assert [(line.change.undone_at is not None, line.may_undo) for line in book.changes] == [(True, False)] * 3


def test_an_old_change_stays(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    added = register.add_entry(workspace, street.secretary, ENTRY)
    clock.advance(days=31)
    with pytest.raises(Conflict):
        register.undo_change(workspace, street.secretary, added.id)


def test_the_book_says_what_is_missing_and_knows_the_committees(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    register.add_entry(workspace, street.secretary, ENTRY)
    book = register.open_book(workspace, street.secretary)
    assert [g.text for g in book.gaps] == ["岚皋西路29号没有登记", "岚皋西路2–28双号没有登记"]
    assert len(book.committees) >= 28
    assert {"岚皋路", "岚皋西路"} <= set(book.streets)
    assert book.changes[0].change.at == clock()


def test_only_secretary_and_office_keep_it(workspace: Workspace, street: Street) -> None:
    for who in (street.chen, street.property, street.volunteer):
        with pytest.raises(Forbidden):
            register.add_entry(workspace, who, ENTRY)
    with pytest.raises(Refused):
        register.add_entry(workspace, street.office, replace(ENTRY, number_from=99))
    with pytest.raises(Conflict):
        register.add_entry(workspace, street.office, ENTRY)
        register.add_entry(workspace, street.office, ENTRY)
