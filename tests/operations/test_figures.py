"""办理情况 from the store: by kind, by patch as it was divided on the day, by month, against the month before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from shapely.geometry import box

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.figures import Rate
from mapsvc.domain.patches import Patch, PatchVersion
from mapsvc.domain.periods import month_of
from mapsvc.errors import Forbidden
from mapsvc.operations.figures import NO_PATCH, Asked, By, behind, figures
from mapsvc.operations.workspace import Workspace
from mapsvc.store import patches
from tests.maps.streets import CORNER, NOW, add, add_issue

NOVEMBER = Asked(month_of(date(2026, 11, 23)))
SECRETARY = Actor(None, "王书记", Role.SECRETARY)
HOUR = timedelta(hours=1)


def add_case(ws: Workspace, n: int, at: datetime, *, in_time: bool = True, **more: object) -> None:
    """A case that was closed at `at`, in time or an hour late."""
    due = at + HOUR if in_time else at - HOUR
    given = {"kind": "06010", "state": "closed", "at": at - 5 * HOUR, "closed_at": at, "due_at": due} | more
    add_issue(ws, n, **given)  # type: ignore[arg-type]


@pytest.fixture
def office(workspace: Workspace) -> Workspace:
    """November: seven in time and one late, a leak; October: five, one late; one imported, one undecided."""
    for n in range(7):
        add_case(workspace, n, NOW - timedelta(days=n))
    add_case(workspace, 7, NOW - timedelta(days=3), in_time=False)
    add_case(workspace, 8, NOW - timedelta(days=3), kind="L0001")
    for n in range(10, 15):
        add_case(workspace, n, NOW - timedelta(days=35 + n), in_time=n > 10)
    add_case(workspace, 20, NOW - timedelta(days=2), is_imported=True)
    add_issue(workspace, 21, state="handling", due_at=NOW + HOUR)
    return workspace


def test_the_month_is_told_against_the_month_before(office: Workspace) -> None:
    whole = figures(office, SECRETARY, NOVEMBER, By.KIND).rows[0]
    on_time = whole.cells[0]
    assert (on_time.now.hits, on_time.now.total, on_time.now.text) == (8, 9, "89%")
    assert (on_time.before.hits, on_time.before.total, on_time.before.text) == (4, 5, "80%")


def test_every_number_is_as_long_as_its_list(office: Workspace) -> None:
    for by in By:
        for row in figures(office, SECRETARY, NOVEMBER, by).rows:
            for cell in row.cells:
                assert len(behind(office, SECRETARY, row.asked, cell.rate)) == cell.now.total
                assert len(behind(office, SECRETARY, row.asked, cell.rate, hits_only=True)) == cell.now.hits


def test_rows_are_kinds_in_a_fixed_order_and_of_few_nothing_is_said(office: Workspace) -> None:
    rows = figures(office, SECRETARY, NOVEMBER, By.KIND).rows
    assert [(row.name, row.cells[0].now.text) for row in rows] == [
        ("全部", "89%"),
        ("暴露垃圾", "88%"),
        ("房屋渗漏", "不到5件，不算"),
    ]


def test_months_go_back(office: Workspace) -> None:
    rows = figures(office, SECRETARY, NOVEMBER, By.MONTH).rows
    assert [(row.name, row.cells[0].now.total) for row in rows] == [("全部", 9), ("2026年11月", 9), ("2026年10月", 5)]


def test_the_patch_is_the_one_of_the_day(office: Workspace) -> None:
    west, east = CORNER[0] - 0.01, CORNER[0] + 0.01
    area = box(west, CORNER[1] - 0.01, east, CORNER[1] + 0.01).wkb
    far = box(west - 1, CORNER[1] - 0.01, east - 1, CORNER[1] + 0.01).wkb
    for day, code, wkb in (
        (date(2026, 1, 1), "A", area),
        (date(2026, 11, 21), "B", area),
        (date(2026, 11, 23), "C", far),
    ):
        version = PatchVersion(f"v{code}", day, "测试", False)
        with office.write() as conn:
            patches.add_version(conn, version, [Patch(f"p{code}", version.id, code, f"{code}片", wkb)], NOW)
    rows = figures(office, SECRETARY, NOVEMBER, By.PATCH).rows
    counted = {row.asked.patch: row.cells[0].now.total for row in rows[1:]}
    assert sum(counted.values()) == rows[0].cells[0].now.total
    assert counted == {"A": 6, "B": 2, NO_PATCH: 1}


def test_tickets_and_calls_after_closing_count_too(office: Workspace) -> None:
    times = {"called_at": NOW - 30 * HOUR, "received_at": NOW - 29 * HOUR, "due_at": NOW - 2 * HOUR}
    for n in range(5):
        add(
            office, "ticket", id=f"t{n}", number=f"H{n}", text="桶满了", state="answered", answered_at=NOW - 3 * HOUR,
            first_contact_due_at=NOW - 20 * HOUR, first_contact_at=NOW - (21 - n % 2 * 2) * HOUR, is_solved=n > 0,
            satisfaction="fair", is_imported=False, **times,
        )  # fmt: skip
    add(office, "ticket", id="old", number="H9", text="以前的", state="answered", is_imported=True, **times)
    add(office, "effect_check", id="k1", case_id="case-1", result="gone", at=NOW - HOUR, received_at=NOW)
    add(office, "effect_check", id="k2", case_id="case-20", result="gone", at=NOW - HOUR, received_at=NOW)
    cells = {cell.rate: cell.now for cell in figures(office, SECRETARY, NOVEMBER, By.KIND).rows[0].cells}
    assert {rate: (f.hits, f.total) for rate, f in cells.items()} == {
        Rate.ON_TIME: (13, 14),
        Rate.FIRST_CONTACT: (3, 5),
        Rate.SOLVED: (5, 6),
        Rate.SATISFIED: (5, 5),
    }


def test_what_happens_later_is_not_known_yet(office: Workspace) -> None:
    add_case(office, 30, datetime(2026, 11, 29, tzinfo=UTC))
    assert figures(office, SECRETARY, NOVEMBER, By.KIND).rows[0].cells[0].now.total == 9


@pytest.mark.parametrize("role", [Role.PROPERTY, Role.VOLUNTEER, Role.ADMIN])
def test_who_has_no_part_in_the_work_sees_none(workspace: Workspace, role: Role) -> None:
    with pytest.raises(Forbidden):
        figures(workspace, Actor("x", "某人", role), NOVEMBER, By.KIND)
