"""Service warnings on told stories: what is asked more, what opens soon, what was asked at this time last year."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.alerts import AlertState, Candidate, Decision, Dismissal, Looked, Rule
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.operations import alerts, policy_windows
from mapsvc.operations.alert_runs import is_due, replay
from mapsvc.operations.alerts import dismiss, inbox, run_alerts
from mapsvc.operations.detectors import last_year, topics, windows
from mapsvc.operations.policy_windows import Said
from mapsvc.operations.topic_choices import choose
from mapsvc.operations.visits import NewNeed, NewVisit, record_visit
from tests.support.asking import SECRET_WORDS, asked, every
from tests.support.street import Street, uid

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace
    from tests.support.clock import FixedClock

SUNDAY = date(2026, 11, 22)
MONDAY = SUNDAY + timedelta(days=1)
FIRE = Said("消防自查", ("消防安全",), True, 21, "fire_check", date(2026, 12, 10), date(2026, 12, 31))


def seen(ws: Workspace, detector: object, until: date = SUNDAY) -> Looked:
    with ws.read() as conn:
        found: Looked = detector(ws, conn, until, 1)  # type: ignore[operator]
    return found


def only(looked: Looked, p: float = 0.01) -> Candidate:
    (one,) = [c for c in looked.candidates if c.p <= p]
    return one


@pytest.fixture
def ordinary(workspace: Workspace, street: Street) -> Workspace:
    """Three quarters of a year in which now and then somebody asks something."""
    begin = SUNDAY - timedelta(days=280)
    for n, topic in enumerate(("证照办理", "消防安全", "补贴融资", "居住证积分", "社保用工")):
        asked(workspace, topic, every(begin + timedelta(days=n), SUNDAY, 23 + n))
    return workspace


# --- topics


def test_ordinary_weeks_call_no_topic(ordinary: Workspace) -> None:
    told = seen(ordinary, topics.look)
    assert told.tested >= 13 and all(c.p > 0.01 for c in told.candidates)


def test_a_topic_many_ask_about_is_called_with_figures_and_without_their_words(ordinary: Workspace) -> None:
    ids = asked(ordinary, "子女入园", [SUNDAY - timedelta(days=n) for n in range(6)])
    one = only(seen(ordinary, topics.look))
    assert (one.rule, one.subject, one.topic) == (Rule.TOPIC, "topic:子女入园", "子女入园")
    assert one.title == "子女入园：这一周6户问，平时不到1户"
    assert one.evidence["count"] == 6 and sorted(one.evidence["enquiry_ids"]) == sorted(ids)
    assert one.evidence["series"][-1] == {"from": "2026-11-16", "count": 6, "expected": pytest.approx(0.04, abs=0.05)}
    assert one.evidence["next"]["decision"] == Decision.CAMPAIGN
    for field in ("method", "window", "n", "interval", "asked_to_be_told", "asked_last_year", "policy_id", "opens_on"):
        assert field in one.evidence
    told = json.dumps(one.evidence, ensure_ascii=False) + one.title + one.text
    assert SECRET_WORDS not in told and "安徽" not in told and "1381234" not in told


def test_a_shop_that_asks_again_and_again_is_one_door(ordinary: Workspace) -> None:
    asked(ordinary, "子女入园", [SUNDAY - timedelta(days=n) for n in range(6)], shop_id=uid("LT0001"))
    assert all(c.p > 0.05 for c in seen(ordinary, topics.look).candidates if c.topic == "子女入园")


def test_what_one_card_sent_beyond_the_usual_counts_nothing(ordinary: Workspace) -> None:
    asked(ordinary, "子女入园", [SUNDAY - timedelta(days=n) for n in range(6)], is_held=True)
    assert not [c for c in seen(ordinary, topics.look).candidates if c.topic == "子女入园"]


def test_a_need_voiced_on_a_call_counts_as_an_ask(ordinary: Workspace, street: Street, clock: FixedClock) -> None:
    asked(ordinary, "子女入园", [SUNDAY - timedelta(days=n) for n in (1, 3)])
    need = NewNeed(uid("need"), "孩子明年入园", "子女入园")
    at = clock() - timedelta(days=2)
    record_visit(
        ordinary, street.chen, NewVisit(uid("call"), "LT0001", VisitKind.REGULAR, at, Outcome.MET, needs=(need,))
    )
    assert only(seen(ordinary, topics.look), 0.05).evidence["count"] == 3


def test_a_question_of_tomorrow_is_not_known_today(ordinary: Workspace) -> None:
    asked(ordinary, "子女入园", [MONDAY] * 6)
    assert not [c for c in seen(ordinary, topics.look).candidates if c.topic == "子女入园"]
    assert [c for c in seen(ordinary, topics.look, MONDAY).candidates if c.topic == "子女入园"]


def test_a_short_past_says_nothing(workspace: Workspace, street: Street) -> None:
    asked(workspace, "子女入园", every(SUNDAY - timedelta(days=50), SUNDAY, 2))
    told = seen(workspace, topics.look)
    assert (told.tested, told.candidates) == (0, ())


def test_what_is_no_topic_is_never_called(ordinary: Workspace) -> None:
    asked(ordinary, "其他", [SUNDAY - timedelta(days=n) for n in range(7)])
    assert all(c.topic != "其他" for c in seen(ordinary, topics.look).candidates)


# --- the calendar


def test_an_opening_is_called_from_its_lead_time_on_without_any_history(workspace: Workspace, street: Street) -> None:
    policy_windows.add_window(workspace, street.secretary, replace(FIRE, lead_days=17))
    assert not seen(workspace, windows.look, SUNDAY - timedelta(days=1)).candidates
    told = seen(workspace, windows.look)
    (one,) = told.candidates
    assert told.tested == 0 and one.p == 0
    assert (one.rule, one.topic) == (Rule.WINDOW, "消防安全") and one.subject.endswith(":2026")
    assert one.title == "消防自查：2周后开始办"
    assert one.text == "12月10日开始办，12月31日截止。还没有店家选“提前提醒我”，去年的没有记录。"
    told_of = {name: one.evidence[name] for name in ("topic", "opens_on", "closes_on", "policy_id", "asked_to_be_told")}
    assert told_of == {
        "topic": "消防安全", "opens_on": "2026-12-10", "closes_on": "2026-12-31", "policy_id": "fire_check",
        "asked_to_be_told": 0,
    }  # fmt: skip
    assert one.evidence["window_code"] == one.subject.split(":")[1]


def test_a_guessed_day_is_said_to_be_one(workspace: Workspace, street: Street) -> None:
    said = Said(
        "节前用工", ("社保用工",), True, 60, event="春节", event_on=date(2026, 2, 17), opens_weeks_before=4,
        closes_weeks_before=-2,
    )  # fmt: skip
    policy_windows.add_window(workspace, street.secretary, said)
    (one,) = seen(workspace, windows.look, date(2026, 12, 20)).candidates
    assert one.text.startswith("2027年1月20日开始办，2027年3月3日截止。春节的日子是照别的年份估的，请核对。")
    assert one.evidence["is_guessed"]
    policy_windows.set_event_day(workspace, street.secretary, "春节", 2027, date(2027, 2, 6))
    (one,) = seen(workspace, windows.look, date(2026, 12, 20)).candidates
    assert one.text.startswith("2027年1月9日开始办") and not one.evidence["is_guessed"]


def test_it_says_who_wants_to_know_and_who_asked_last_year(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    asked(workspace, "消防安全", every(date(2025, 11, 20), date(2025, 12, 14), 4))
    asked(workspace, "子女入园", [date(2025, 6, 1)])
    choose(workspace, street.secretary, "LT0001", ["消防安全"])
    policy_windows.add_window(workspace, street.secretary, FIRE)
    clock.advance(timedelta(days=1))
    (one,) = seen(workspace, windows.look, MONDAY).candidates
    assert "1户要提前知道，去年这时候7户问过。" in one.text
    assert (one.evidence["asked_to_be_told"], one.evidence["asked_last_year"]) == (1, 7)
    assert sum(week["count"] for week in one.evidence["series"]) == 7 and "expected" not in one.evidence["series"][0]
    assert one.evidence["series_words"].startswith("去年")


def test_an_opening_is_said_once_and_renewed_until_four_weeks_after_it_opened(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    policy_windows.add_window(workspace, street.secretary, FIRE)
    days = list(replay(workspace, SYSTEM, SUNDAY, SUNDAY + timedelta(weeks=10)))
    assert [[a.subject.split(":")[2] for a in week.raised] for week in days] == [["2026"]] + [[]] * 10


def test_what_was_decided_on_an_opening_holds_for_it_but_not_for_next_years(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    policy_windows.add_window(workspace, street.secretary, FIRE)
    run_alerts(workspace, SYSTEM)
    (line,) = inbox(workspace, SYSTEM).open
    dismiss(workspace, street.secretary, line.alert.id, line.alert.version, Dismissal.KNOWN)
    for weeks in (1, 5):
        clock.advance(weeks=weeks)
        run_alerts(workspace, SYSTEM)
        assert inbox(workspace, SYSTEM).open == ()
    clock.advance(weeks=46)
    run_alerts(workspace, SYSTEM)
    (line,) = inbox(workspace, SYSTEM).open
    assert line.alert.subject.endswith(":2027")


def test_a_retired_window_is_called_no_more(workspace: Workspace, street: Street) -> None:
    made = policy_windows.add_window(workspace, street.secretary, FIRE)
    policy_windows.retire_window(workspace, street.secretary, made.id)
    assert seen(workspace, windows.look).candidates == ()


def test_many_openings_at_once_come_one_a_week_the_nearest_first_and_none_too_late(
    workspace: Workspace, street: Street
) -> None:
    for n in range(6):
        day = date(2026, 12, 30) + timedelta(days=n)
        said = Said(f"第{n}件", ("消防安全",), False, 60, None, day, day + timedelta(days=20))
        policy_windows.add_window(workspace, street.secretary, said)
    own = replace(workspace, settings=replace(workspace.settings, alert_budget=1))
    said_on: dict[str, date] = {}
    for week in replay(own, SYSTEM, SUNDAY, SUNDAY + timedelta(weeks=6)):
        for one in week.raised:
            said_on[one.title.split("：")[0]] = week.until_day
    assert sorted(said_on, key=lambda title: (said_on[title], title)) == [f"第{n}件" for n in range(6)]
    assert [said_on[f"第{n}件"] for n in range(4)] == [SUNDAY + timedelta(weeks=n) for n in range(4)]
    assert max(said_on.values()) <= date(2026, 12, 30) - timedelta(days=10)


def test_a_calendar_alone_is_reason_to_look_every_morning(workspace: Workspace, street: Street) -> None:
    assert not is_due(workspace)
    policy_windows.add_window(workspace, street.secretary, FIRE)
    assert is_due(workspace)


# --- last year


@pytest.fixture
def second_year(workspace: Workspace, street: Street) -> Workspace:
    """Two years with questions now and then; last December six asked about social insurance."""
    for n, topic in enumerate(("证照办理", "消防安全", "补贴融资")):
        asked(workspace, topic, every(date(2025, 1, 6) + timedelta(days=n), SUNDAY, 20 + n))
    asked(workspace, "社保用工", every(date(2025, 11, 27), date(2025, 12, 17), 4))
    return workspace


def test_what_was_asked_in_these_weeks_of_last_year_is_said_in_time(second_year: Workspace) -> None:
    one = only(seen(second_year, last_year.look))
    assert (one.subject, one.topic) == ("last_year:社保用工:2026", "社保用工")
    assert one.title == "社保用工：去年这几周6户问，今年还没人问"
    assert one.text.startswith(
        "去年11月24日到12月21日有6户问到社保用工，那一年别的时候四周不到1户；今年近四周还没有人问。"
    )
    assert one.evidence["asked_last_year"] == one.evidence["count"] == 6
    assert [one.rule, one.from_day] == [Rule.LAST_YEAR, MONDAY]


def test_once_somebody_asks_this_year_it_is_no_news(second_year: Workspace) -> None:
    asked(second_year, "社保用工", [SUNDAY - timedelta(days=2)], "this year ")
    assert not [c for c in seen(second_year, last_year.look).candidates if c.topic == "社保用工"]


def test_where_the_calendar_speaks_of_it_last_year_is_silent(second_year: Workspace, street: Street) -> None:
    said = Said("社保年检", ("社保用工",), True, 21, None, date(2026, 12, 5), date(2026, 12, 20))
    policy_windows.add_window(second_year, street.secretary, said)
    with second_year.read():
        assert seen(second_year, last_year.look, MONDAY).candidates == ()
    assert "去年这时候6户问过" in seen(second_year, windows.look, MONDAY).candidates[0].text


def test_a_first_year_knows_no_year_before_it(ordinary: Workspace) -> None:
    told = seen(ordinary, last_year.look)
    assert (told.tested, told.candidates) == (0, ())


# --- in the one inbox


def test_all_three_stand_in_the_one_inbox_within_its_budget(
    second_year: Workspace, street: Street, clock: FixedClock
) -> None:
    asked(second_year, "子女入园", [SUNDAY - timedelta(days=n) for n in range(6)])
    policy_windows.add_window(second_year, street.secretary, FIRE)
    run = run_alerts(second_year, SYSTEM)
    found = inbox(second_year, SYSTEM).open
    assert {line.alert.rule for line in found} == {Rule.TOPIC, Rule.WINDOW, Rule.LAST_YEAR}
    assert run.shown == 3 <= second_year.settings.alert_budget
    assert run.detail["certain"] == 1 and run.detail["tested"]["window"] == 0
    assert all(alerts.get_alert(second_year, SYSTEM, line.alert.id).alert.topic for line in found)


def test_a_topic_put_aside_as_too_small_must_be_twice_as_large(
    ordinary: Workspace, street: Street, clock: FixedClock
) -> None:
    asked(ordinary, "子女入园", [SUNDAY - timedelta(days=n) for n in range(5)])
    run_alerts(ordinary, SYSTEM)
    (line,) = [one for one in inbox(ordinary, SYSTEM).open if one.alert.rule is Rule.TOPIC]
    dismiss(ordinary, street.secretary, line.alert.id, line.alert.version, Dismissal.SMALL)
    clock.advance(days=7)
    run_alerts(ordinary, SYSTEM)
    assert not [one for one in inbox(ordinary, SYSTEM).open if one.alert.rule is Rule.TOPIC]
    assert [one.alert.state for one in inbox(ordinary, SYSTEM).decided] == [AlertState.DISMISSED]
