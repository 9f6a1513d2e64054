"""The policy calendar kept: seeded once, added, changed, retired, each undone; what opens, and who asked to be told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.actors import Actor, Role
from mapsvc.errors import Broken, Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import policy_calendar, signing_in, window_samples
from mapsvc.operations import policy_windows as windows
from mapsvc.operations.feeds import make_feed, revoke_feed
from mapsvc.operations.policy_windows import Said
from mapsvc.operations.shop_changes import NewTenancy, change_tenancy
from mapsvc.operations.shops import get_shop
from mapsvc.operations.topic_choices import choose
from mapsvc.operations.window_samples import read_windows, settle_windows
from mapsvc.store import policy_windows as store
from tests.support.accounts import signed_in
from tests.support.calendars import events_of
from tests.support.street import Street, uid

if TYPE_CHECKING:
    from mapsvc.domain.accounts import Session
    from mapsvc.operations.workspace import Workspace
    from tests.support.clock import FixedClock

TODAY = date(2026, 11, 23)
WINTER = Said("冬季用电检查", ("水电煤", "消防安全"), True, 14, None, date(2026, 12, 10), date(2026, 12, 31))
FESTIVAL = Said(
    "节前用工", ("社保用工",), True, 21, event="春节", event_on=date(2027, 2, 6), opens_weeks_before=4,
    closes_weeks_before=-2,
)  # fmt: skip
OWN_FILE = """
[[windows]]
code = "own"
title = "本街自查"
topics = ["消防安全"]
yearly = false
lead_days = 7
"""


def session_of(ws: Workspace, role: str) -> Session:
    return signing_in.by_cookie(ws, signed_in(ws, role, f"test-{role}").cookie).session


def opening_days(ws: Workspace, day: date, ahead: int) -> list[tuple[str, date]]:
    with ws.read() as conn:
        return [(one.window.title, one.opens_on) for one in windows.openings(conn, day, ahead)]


def test_a_window_opens_every_year_until_it_is_retired(workspace: Workspace, street: Street) -> None:
    made = windows.add_window(workspace, street.secretary, WINTER, uid("w"))
    assert opening_days(workspace, TODAY, 16) == [] and made.version == 1
    assert opening_days(workspace, TODAY, 17) == [("冬季用电检查", date(2026, 12, 10))]
    assert opening_days(workspace, date(2029, 12, 31), 0) == [("冬季用电检查", date(2029, 12, 10))]
    windows.retire_window(workspace, street.secretary, made.id)
    assert opening_days(workspace, TODAY, 30) == []
    assert windows.restore_window(workspace, street.secretary, made.id).retired_at is None
    assert opening_days(workspace, TODAY, 30) != []


def test_what_was_not_in_the_calendar_yet_opens_nothing(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    windows.add_window(workspace, street.secretary, WINTER)
    assert opening_days(workspace, TODAY, 30) != []
    assert opening_days(workspace, TODAY - timedelta(days=1), 30) == []


def test_the_same_form_sent_twice_makes_one_window(workspace: Workspace, street: Street) -> None:
    first = windows.add_window(workspace, street.secretary, WINTER, uid("w"))
    assert windows.add_window(workspace, street.secretary, WINTER, uid("w")) == first
    assert len(policy_calendar.calendar_of(workspace, street.secretary).windows) == 1


def test_a_change_is_undone_to_the_letter(workspace: Workspace, street: Street) -> None:
    made = windows.add_window(workspace, street.secretary, FESTIVAL, uid("w"))
    changed = windows.change_window(workspace, street.secretary, made.id, 1, WINTER)
    assert (changed.title, changed.event, changed.version) == ("冬季用电检查", None, 2)
    back = windows.undo_change(workspace, street.secretary, made.id, 2)
    assert replace(back, version=1) == made
    with pytest.raises(Conflict, match="没有可以撤销"):
        windows.undo_change(workspace, street.secretary, made.id, 3)


def test_the_same_again_changes_nothing_and_a_stale_form_is_told(workspace: Workspace, street: Street) -> None:
    made = windows.add_window(workspace, street.secretary, WINTER, uid("w"))
    assert windows.change_window(workspace, street.secretary, made.id, 1, WINTER) == made
    windows.change_window(workspace, street.secretary, made.id, 1, replace(WINTER, lead_days=20))
    with pytest.raises(Conflict) as error:
        windows.change_window(workspace, street.secretary, made.id, 1, replace(WINTER, lead_days=30))
    assert error.value.extra == {"version": 2}
    windows.retire_window(workspace, street.secretary, made.id)
    with pytest.raises(Conflict, match="停用"):
        windows.change_window(workspace, street.secretary, made.id, 3, WINTER)


def test_a_phone_number_typed_into_it_is_not_kept(workspace: Workspace, street: Street) -> None:
    made = windows.add_window(workspace, street.secretary, replace(WINTER, note="问13812345678"), uid("w"))
    assert made.note is not None and "13812345678" not in made.note


def test_the_day_of_an_event_moves_all_windows_that_follow_it(workspace: Workspace, street: Street) -> None:
    one = windows.add_window(workspace, street.secretary, FESTIVAL, uid("1"))
    windows.add_window(
        workspace, street.secretary, replace(FESTIVAL, title="节后招人", opens_weeks_before=-1), uid("2")
    )
    assert windows.set_event_day(workspace, street.secretary, "春节", 2028, date(2028, 1, 26)) == 2
    assert opening_days(workspace, date(2027, 12, 29), 0) == [("节前用工", date(2027, 12, 29))]
    (of_2028,) = [
        e for e in policy_calendar.calendar_of(workspace, street.secretary, 2028).event_days if e.year == 2028
    ]
    assert of_2028.day == date(2028, 1, 26)
    windows.set_event_day(workspace, street.secretary, "春节", 2028, None)
    assert windows.get_window(workspace, street.secretary, one.id).event_days == {}
    with pytest.raises(Refused):
        windows.set_event_day(workspace, street.secretary, "春节", 2028, date(2027, 1, 26))
    with pytest.raises(NotFound):
        windows.set_event_day(workspace, street.secretary, "开学", 2028, date(2028, 9, 1))


def test_doors_that_asked_to_be_told_are_counted_once_while_their_merchant_is_there(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    windows.add_window(workspace, street.secretary, WINTER)
    choose(workspace, street.secretary, "LT0001", ["水电煤", "消防安全"])
    choose(workspace, street.secretary, "LT0002", ["消防安全"])
    clock.advance(timedelta(days=1))

    def counted(at: datetime) -> int:
        with workspace.read() as conn:
            return store.asked_to_be_told(conn, ["水电煤", "消防安全"], at)

    now = clock()
    assert [line.asked_to_be_told for line in policy_calendar.calendar_of(workspace, street.chen).coming] == [2]
    clock.advance(timedelta(hours=1))
    choose(workspace, street.secretary, "LT0002", [])
    clock.advance(timedelta(days=1))
    assert counted(clock()) == 1 and counted(now) == 2
    new = NewTenancy(uid("t"), date(2026, 11, 25), sign_name="新店")
    change_tenancy(
        workspace, street.secretary, "LT0001", get_shop(workspace, street.secretary, "LT0001").shop.version, new
    )
    clock.advance(timedelta(days=2))
    assert counted(clock()) == 0


def test_only_who_may_changes_it_and_who_may_not_see_it_does_not(workspace: Workspace, street: Street) -> None:
    for who in (street.chen, street.property):
        with pytest.raises(Forbidden):
            windows.add_window(workspace, who, WINTER)
    assert policy_calendar.calendar_of(workspace, street.chen).windows == ()
    with pytest.raises(Forbidden):
        policy_calendar.calendar_of(workspace, street.property)
    assert windows.add_window(workspace, Actor(None, "办公室", Role.OFFICE), WINTER).made_by is None


def test_the_year_is_laid_out_by_months_with_what_went_on_before_it(workspace: Workspace, street: Street) -> None:
    over = replace(WINTER, opens_on=date(2026, 12, 10), closes_on=date(2027, 1, 20))
    windows.add_window(workspace, street.secretary, over)
    shown = policy_calendar.calendar_of(workspace, street.secretary, 2027)
    assert [len(month) for month in shown.months] == [0] * 11 + [1]
    assert [one.opens_on for one in shown.going_on] == [date(2026, 12, 10)]


def test_samples_are_put_in_once_and_do_not_come_back(workspace: Workspace, street: Street) -> None:
    n = settle_windows(workspace)
    found = policy_calendar.calendar_of(workspace, street.secretary).windows
    assert n == len(found) >= 10 and all(one.is_sample and "示例" in (one.source or "") for one in found)
    assert {"kindergarten", "school", "residence_permit", "insurance_base", "fire_month"} <= {w.code for w in found}
    windows.retire_window(workspace, street.secretary, found[0].id)
    assert settle_windows(workspace) == 0
    assert len(policy_calendar.calendar_of(workspace, street.secretary).windows) == n - 1
    said = replace(WINTER, title=found[1].title)
    assert not windows.change_window(workspace, street.secretary, found[1].id, 1, said).is_sample


def test_every_sample_names_an_entry_of_the_policy_base_on_its_own_topic(workspace: Workspace) -> None:
    from mapsvc.operations.policy_samples import samples

    settle_windows(workspace)
    known = {entry.id: entry.topic for entry in samples()}
    with workspace.read() as conn:
        for one in store.listed(conn):
            assert one.policy_id is not None and known[one.policy_id] in one.topics


def test_an_offices_own_calendar_takes_the_place_of_the_samples(workspace: Workspace, tmp_path: Path) -> None:
    own = replace(workspace, settings=replace(workspace.settings, layers=tmp_path))
    file = tmp_path / window_samples.FILE
    file.parent.mkdir()
    file.write_text(
        '[[windows]]\ncode = "own"\ntitle = "本街自查"\ntopics = ["消防安全"]\nyearly = false\nlead_days = 7\n'
        "opens_on = 2026-12-01\ncloses_on = 2026-12-05\n",
        "utf-8",
    )
    assert settle_windows(own) == 1
    file.write_text(
        '[[windows]]\ncode = "own"\ntitle = "缺日子"\ntopics = ["消防安全"]\nyearly = true\nlead_days = 7\n', "utf-8"
    )
    with pytest.raises(Broken, match="哪天开始"):
        read_windows(file, workspace.clock())


def test_the_calendar_file_and_the_private_address_say_the_same(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    settle_windows(workspace)
    session = session_of(workspace, "secretary")
    made = make_feed(workspace, session)
    file = policy_calendar.calendar_file(workspace, street.chen, "http://office.example")
    assert policy_calendar.read_window_feed(workspace, made.secret, "http://office.example") == file
    events = events_of(file)
    assert len(events) >= 12 and len({e["UID"] for e in events}) == len(events)
    assert {"window-kindergarten-2027@mapsvc", "window-fire_month-2026@mapsvc"} <= {e["UID"] for e in events}
    revoke_feed(workspace, session)
    with pytest.raises(NotFound):
        policy_calendar.read_window_feed(workspace, made.secret, "http://office.example")


def test_the_private_address_of_who_may_not_see_policies_opens_nothing(workspace: Workspace) -> None:
    made = make_feed(workspace, session_of(workspace, "property"))
    with pytest.raises(NotFound):
        policy_calendar.read_window_feed(workspace, made.secret, "http://office.example")
