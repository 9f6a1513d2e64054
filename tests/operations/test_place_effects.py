"""The effect at a place out of the store: its report-days, comparable places, one sentence about both."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from mapsvc.domain.times import office_day
from mapsvc.errors import Forbidden, NotFound
from mapsvc.operations.issues import NewIssue, Spot, report_issue
from mapsvc.operations.place_effects import Turn, place_effect
from mapsvc.operations.workspace import Workspace
from mapsvc.store.tables import playbook, playbook_run
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

BEFORE, AFTER = range(-50, 0, 5), range(4, 50, 5)
# Far from the corner and from one another: six spots along the two streets.
ELSEWHERE = [(121.4173 + 0.0012 * n, 31.2490 + 0.0002 * n) for n in range(6)]


@pytest.fixture
def turned(workspace: Workspace, street: Street, clock: FixedClock) -> Workspace:
    """A corner that was bad until a playbook began there, eight weeks ago; elsewhere nothing changed."""
    clock.advance(days=-51)
    told: list[tuple[int, dict[str, object]]] = [(day, {"place": "PD0001"}) for day in (*BEFORE, 20)]
    for lon, lat in ELSEWHERE:
        told += [(day, {"position": Spot(lon, lat)}) for day in (*BEFORE, *AFTER)]
    start = clock()
    for n, (day, where) in enumerate(sorted(told, key=lambda one: one[0])):
        clock.set(start + timedelta(days=day + 51, minutes=n % 60))
        report_issue(workspace, street.chen, NewIssue(uid(f"i{n}"), "06010", "又堆了", **where))
    clock.set(start + timedelta(days=51 + 56))
    begin(workspace, start + timedelta(days=51))
    return workspace


def begin(ws: Workspace, at: object) -> None:
    with ws.write() as conn:
        made = {"id": uid("pb"), "code": "dump", "version": 1, "name": "垃圾死角", "body": {}, "made_at": at}
        conn.execute(insert(playbook).values(**made))
        conn.execute(
            insert(playbook_run).values(id=uid("run"), playbook_id=uid("pb"), place_id=uid("PD0001"), started_at=at)
        )


def test_what_got_better_there_alone_is_an_effect(turned: Workspace, street: Street) -> None:
    found = place_effect(turned, street.secretary, "PD0001")
    assert found is not None
    assert (found.turn.words, found.kinds) == ("治理样板“垃圾死角”", ("06010",))
    assert (len(found.before), len(found.after)) == (10, 1)
    assert found.others == ((10, 10),) * len(found.others) and len(found.others) >= 4
    assert found.measured.is_less
    assert found.sentence.startswith("之前8周10天有人报，之后8周1天；附近同类地方没什么变化。大概少了")


def test_nothing_is_said_too_early_or_where_nothing_was_done(
    turned: Workspace, street: Street, clock: FixedClock
) -> None:
    later = Turn(office_day(clock()) - timedelta(days=5), "试一试")
    early = place_effect(turned, street.secretary, "PD0001", later)
    assert early is not None and early.sentence.endswith("才过了5天，满28天再看，现在还说不准。")
    assert place_effect(turned, street.secretary, "PD0001", Turn(office_day(clock()), "今天")) is None
    with pytest.raises(NotFound):
        place_effect(turned, street.secretary, "PD9999")
    with pytest.raises(Forbidden):
        place_effect(turned, street.property, "PD0001")


def test_a_place_without_a_playbook_has_no_before_and_after(workspace: Workspace, street: Street) -> None:
    assert place_effect(workspace, street.secretary, "PD0001") is None
