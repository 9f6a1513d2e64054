"""不方便的时间: said on a call, gone with who said it, and kept by every patrol whatever the reason."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.patrol import Shift
from mapsvc.domain.quiet_hours import NEVER, QuietSource, meets
from mapsvc.domain.shops import ShopState
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import demand, quiet_hours
from mapsvc.operations.shop_changes import NewTenancy, change_tenancy
from mapsvc.operations.shops import get_shop
from mapsvc.operations.visits import NewPromise, NewVisit, record_visit
from tests.support.acts import acts_on
from tests.support.street import Street, uid

if TYPE_CHECKING:
    from mapsvc.domain.patrol import Candidate
    from mapsvc.operations.workspace import Workspace
    from tests.support.clock import FixedClock

MONDAY = date(2026, 11, 23)
NOON, TWO = 12 * 60, 14 * 60


def stop(ws: Workspace, at: datetime, must: tuple[str, ...] = (), code: str = "LT0001") -> Candidate:
    """The door as a patrol beginning `at` sees it."""
    with ws.read() as conn:
        found = demand.candidates(conn, at, 30, None, None, must, Shift.DAY)
    return next(c for c in found if c.shop == code)


def call(ws: Workspace, street: Street, name: str, outcome: Outcome, at: datetime, **more: object) -> None:
    """A call on the first door."""
    record_visit(ws, street.chen, NewVisit(uid(name), "LT0001", VisitKind.REGULAR, at, outcome, **more))


def shut_in_the_mornings(ws: Workspace, street: Street, clock: FixedClock) -> None:
    """Two mornings nobody was there, two afternoons somebody was; then forty days pass."""
    for n in range(4):
        at = clock() + timedelta(hours=6 * (n % 2))
        clock.advance(days=1)
        call(ws, street, f"call {n}", Outcome.MET if n % 2 else Outcome.CLOSED, at + timedelta(days=0))
    clock.advance(days=40)


def test_nobody_is_sent_while_it_does_not_suit(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    said = quiet_hours.say(workspace, street.chen, "LT0001", None, NOON, TWO, "在午休")
    assert said.words == "12:00–14:00不便"
    found = stop(workspace, clock())
    assert found.windows == ((0, NOON - found.service_min), (TWO, 1440))
    assert found.window_text == "12:00–14:00不便"
    assert stop(workspace, clock(), code="LT0002").windows == ()


def test_a_weekday_holds_on_that_day_alone(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    quiet_hours.say(workspace, street.chen, "LT0001", 2, 0, 1440)
    windows = [stop(workspace, clock() + timedelta(days=n)).windows for n in range(4)]
    assert windows == [(), (), NEVER, ()]
    wednesday = stop(workspace, clock() + timedelta(days=2))
    assert wednesday.window_text == "周三全天不便"
    assert not meets(wednesday.windows, 9 * 60, 20 * 60)


def test_said_again_nothing_changes(workspace: Workspace, street: Street) -> None:
    first = quiet_hours.say(workspace, street.chen, "LT0001", None, NOON, TWO)
    again = quiet_hours.say(workspace, street.secretary, "LT0001", None, NOON, TWO, "再说一次")
    assert again == first
    assert quiet_hours.of_shop(workspace, street.office, "LT0001") == (first,)
    assert acts_on(workspace, "quiet_hours") == ["say_quiet_hours"]


def test_ended_it_holds_no_more_and_undone_it_does(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    said = quiet_hours.say(workspace, street.chen, "LT0001", None, NOON, TWO)
    quiet_hours.end(workspace, street.chen, said.id)
    assert quiet_hours.of_shop(workspace, street.chen, "LT0001") == ()
    assert stop(workspace, clock()).windows == ()
    quiet_hours.restore(workspace, street.chen, said.id)
    assert quiet_hours.of_shop(workspace, street.chen, "LT0001") == (said,)
    assert acts_on(workspace, "quiet_hours") == ["say_quiet_hours", "end_quiet_hours", "restore_quiet_hours"]


def test_it_goes_with_who_said_it(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    said = quiet_hours.say(workspace, street.chen, "LT0001", None, NOON, TWO)
    shop = get_shop(workspace, street.secretary, "LT0001").shop
    new = NewTenancy(uid("next"), MONDAY, sign_name="新来的店")
    change_tenancy(workspace, street.secretary, "LT0001", shop.version, new)
    assert quiet_hours.of_shop(workspace, street.chen, "LT0001") == ()
    assert stop(workspace, clock(), must=("LT0001",)).windows == ()
    quiet_hours.end(workspace, street.chen, said.id)
    with pytest.raises(Conflict):
        quiet_hours.restore(workspace, street.chen, said.id)


@pytest.mark.parametrize(
    ("weekday", "from_minute", "until_minute", "text", "field"),
    [
        (7, NOON, TWO, "", "weekday"),
        (None, TWO, NOON, "", "until"),
        (None, NOON, NOON, "", "until"),
        (None, -1, NOON, "", "from"),
        (None, NOON, 1441, "", "until"),
        (None, NOON, TWO, "长" * 61, "text"),
    ],
)
def test_times_that_cannot_be_are_refused_beside_their_field(
    workspace: Workspace, street: Street, weekday: int | None, from_minute: int, until_minute: int, text: str,
    field: str,
) -> None:  # fmt: skip
    with pytest.raises(Refused) as refused:
        quiet_hours.say(workspace, street.chen, "LT0001", weekday, from_minute, until_minute, text)
    assert refused.value.problems[0].field == field


def test_who_calls_on_nobody_writes_nothing(workspace: Workspace, street: Street) -> None:
    with pytest.raises(Forbidden):
        quiet_hours.say(workspace, street.office, "LT0001", None, NOON, TWO)
    with pytest.raises(NotFound):
        quiet_hours.say(workspace, street.chen, "LT9999", None, NOON, TWO)
    with pytest.raises(NotFound):
        quiet_hours.end(workspace, street.chen, uid("nothing"))


def test_a_number_in_its_words_is_nobodys(workspace: Workspace, street: Street) -> None:
    said = quiet_hours.say(workspace, street.chen, "LT0001", None, NOON, TWO, "先打13812345678")
    assert said.text == "先打138****5678"
    assert said.source is QuietSource.TOLD


def test_a_door_usually_shut_in_the_morning_is_called_on_when_it_was_open(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    shut_in_the_mornings(workspace, street, clock)
    found = stop(workspace, clock())
    assert found.windows == ((TWO, 1440),)
    assert found.window_text == "上午常没开，14点后在"


def test_a_promise_does_not_wait_for_usual_hours_but_for_what_was_asked(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    shut_in_the_mornings(workspace, street, clock)
    promise = NewPromise(uid("promise"), "回话", clock() + timedelta(days=31))
    call(workspace, street, "last", Outcome.MET, clock(), promises=(promise,))
    clock.advance(days=31)
    assert stop(workspace, clock()).windows == ()
    quiet_hours.say(workspace, street.chen, "LT0001", None, NOON, TWO)
    found = stop(workspace, clock(), must=("shop:LT0001",))
    assert found.windows == ((0, NOON - found.service_min), (TWO, 1440))


def test_what_was_named_for_the_shift_does_not_wait_for_usual_hours(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    shut_in_the_mornings(workspace, street, clock)
    assert stop(workspace, clock(), must=("LT0001",)).windows == ()


def test_nobody_is_asked_where_no_shop_is(workspace: Workspace, street: Street) -> None:
    shop = get_shop(workspace, street.secretary, "LT0001").shop
    new = NewTenancy(uid("empty"), MONDAY)
    change_tenancy(workspace, street.secretary, "LT0001", shop.version, new)
    assert get_shop(workspace, street.secretary, "LT0001").shop.state is ShopState.VACANT
    with pytest.raises(Refused):
        quiet_hours.say(workspace, street.chen, "LT0001", None, NOON, TWO)
