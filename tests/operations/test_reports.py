"""周报: a draft follows the records, a sentence can be changed, frozen it is byte for byte what it was."""

from __future__ import annotations

import base64
from datetime import date, timedelta

import pytest

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.reports import Frozen, ListId, Report
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.maps import report_pages
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.report_screen import hush
from mapsvc.operations.reports import (
    Change,
    Draft,
    behind,
    freeze_report,
    late_records,
    list_reports,
    open_report,
    save_report,
    successor,
    take_back,
)
from mapsvc.operations.visits import NewVisit, record_visit
from mapsvc.operations.workspace import Workspace
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

KEY = "2026-11-23_2026-11-29"
NOTHING = Change({}, {})


@pytest.fixture
def week(workspace: Workspace, street: Street, clock: FixedClock) -> Street:
    """Two calls and a leak on Monday; now it is Friday at half past four."""
    for n, shop in enumerate(("LT0001", "LT0002")):
        call(workspace, street, f"call {n}", shop)
    words = "徐女士说吊顶滴水，电话13812345678"
    report_issue(workspace, street.chen, NewIssue(uid("leak"), "L0001", words, shop="LT0001"))
    clock.advance(days=4, hours=7, minutes=30)
    return street


def call(ws: Workspace, street: Street, name: str, shop: str) -> None:
    at = ws.clock()
    record_visit(ws, street.chen, NewVisit(uid(name), shop, VisitKind.REGULAR, at, Outcome.MET))


def draft_of(ws: Workspace, actor: Actor, key: str = KEY) -> Draft:
    found = open_report(ws, actor, key)
    assert isinstance(found, Draft)
    return found


def frozen_of(ws: Workspace, actor: Actor, key: str = KEY) -> Report:
    """Frozen without its file, which takes its time."""
    kept = save_report(ws, actor, key, draft_of(ws, actor, key).version, NOTHING)
    return freeze_report(
        ws, actor, kept.id, kept.version, lambda d: Frozen(d.title, "", d.plain, "", d.gathered.now, d.gathered.before)
    )


def said(draft: Draft, name: str) -> str:
    return next(s.text for s in draft.sentences if s.id == name)


def test_a_draft_follows_the_records_until_a_sentence_is_typed(workspace: Workspace, week: Street) -> None:
    who = week.secretary
    assert said(draft_of(workspace, who), "visits") == (
        "本周到现在走访2户次，比上周同期多2户次；走过路段1/178段，比上周同期多1段。"
    )
    kept = save_report(workspace, who, KEY, 0, Change({"issues": "只有27号漏水。"}, {}))
    call(workspace, week, "third", "LT0001")
    draft = draft_of(workspace, who, kept.id)
    assert said(draft, "visits") == ("本周到现在走访3户次，比上周同期多3户次；走过路段1/178段，比上周同期多1段。")
    assert said(draft, "issues") == "只有27号漏水。"
    assert draft_of(workspace, who).key == kept.id


def test_the_stretches_walked_are_a_list_of_places_with_the_part_of_the_day(workspace: Workspace, week: Street) -> None:
    draft = draft_of(workspace, week.secretary)
    (one,) = draft.gathered.now[ListId.STRETCHES]
    assert (one.ref_type, one.what, one.at) == ("stretch", "单号侧", None)
    assert one.where.startswith("岚皋") and one.said in ("早", "白天", "晚", "早、白天")
    assert draft.gathered.before[ListId.STRETCHES] == ()
    assert draft.gathered.of_stretches == 178


def test_no_name_phone_or_word_of_a_merchant_stands_in_it(workspace: Workspace, week: Street) -> None:
    draft = draft_of(workspace, week.secretary)
    written = report_pages.article(workspace, week.secretary, draft) + draft.plain
    for text in ("徐女士", "锦云家纺", "13812345678", "小陈", "吊顶"):
        assert text not in written


def test_a_frozen_report_is_byte_equal_after_late_records(
    workspace: Workspace, week: Street, clock: FixedClock
) -> None:
    who = week.secretary
    draft = save_report(workspace, who, KEY, 0, NOTHING)
    kept = freeze_report(workspace, who, draft.id, 1, lambda d: report_pages.freeze(workspace, who, d))
    assert kept.frozen is not None
    monday = clock() - timedelta(days=4)
    clock.advance(hours=20)
    record_visit(workspace, week.chen, NewVisit(uid("late"), "LT0002", VisitKind.REGULAR, monday, Outcome.MET))
    report_issue(workspace, week.chen, NewIssue(uid("late leak"), "06010", "垃圾", shop="LT0002", at=monday))
    again = open_report(workspace, week.secretary, KEY)
    assert isinstance(again, Report)
    assert again.frozen == kept.frozen
    assert base64.b64decode(again.frozen.docx)[:2] == b"PK"
    assert [item.what for item in late_records(workspace, week.secretary, again)] == ["走访", "暴露垃圾"]
    assert len(behind(workspace, week.secretary, kept.id, ListId.VISITS)) == 2


def test_what_is_frozen_is_changed_by_nobody(workspace: Workspace, week: Street) -> None:
    kept = frozen_of(workspace, week.secretary)
    with pytest.raises(Conflict, match="已经定稿"):
        save_report(workspace, week.secretary, kept.id, kept.version, Change({"visits": "改了。"}, {}))
    with pytest.raises(Conflict, match="已经定稿"):
        freeze_report(workspace, week.secretary, kept.id, kept.version, lambda _: pytest.fail("written twice"))


def test_taking_back_makes_a_new_draft_and_leaves_the_frozen_one(workspace: Workspace, week: Street) -> None:
    kept = frozen_of(workspace, week.secretary)
    with pytest.raises(Forbidden):
        take_back(workspace, week.office, kept.id, "数字错了")
    with pytest.raises(Refused, match="为什么"):
        take_back(workspace, week.secretary, kept.id, " ")
    new = take_back(workspace, week.secretary, kept.id, "漏了一件")
    assert draft_of(workspace, week.secretary).key == new.id
    assert open_report(workspace, week.secretary, kept.id) == kept
    after = successor(workspace, week.secretary, kept)
    assert after is not None and after.body.reason == "漏了一件"
    with pytest.raises(Conflict, match="收回过"):
        take_back(workspace, week.secretary, kept.id, "再来")
    again = frozen_of(workspace, week.secretary)
    assert [(one.report.id, one.is_taken_back) for one in list_reports(workspace, week.chen)] == [
        (one, one == kept.id) for one in sorted([kept.id, again.id])
    ]


def test_who_was_slower_is_told(workspace: Workspace, week: Street) -> None:
    first = save_report(workspace, week.secretary, KEY, 0, Change({"visits": "一。"}, {}))
    with pytest.raises(Conflict, match="刚被改过"):
        save_report(workspace, week.office, KEY, 0, Change({"visits": "二。"}, {}))
    save_report(workspace, week.office, first.id, 1, Change({"visits": "三。"}, {}))
    with pytest.raises(Conflict, match="刚被改过"):
        save_report(workspace, week.secretary, first.id, 1, NOTHING)
    assert said(draft_of(workspace, week.secretary), "visits") == "三。"


def test_a_sentence_that_is_too_long_is_refused_beside_its_box(workspace: Workspace, week: Street) -> None:
    with pytest.raises(Refused, match="最多600个字") as refused:
        save_report(workspace, week.secretary, KEY, 0, Change({"next": "长" * 601}, {}))
    assert [p.field for p in refused.value.problems] == ["next"]


def test_drafts_are_for_those_who_write_them(workspace: Workspace, week: Street) -> None:
    kept = save_report(workspace, week.secretary, KEY, 0, NOTHING)
    for who in (week.chen, Actor("x", "居委会", Role.COMMITTEE)):
        with pytest.raises(Forbidden):
            open_report(workspace, who, kept.id)
        assert list_reports(workspace, who) == ()
    with pytest.raises(Forbidden):
        open_report(workspace, week.property, KEY)


@pytest.mark.parametrize("key", ["nothing", "2026-11-23", "2026-13-01_2026-13-07", uid("none")])
def test_what_is_no_report_is_not_found(workspace: Workspace, street: Street, key: str) -> None:
    with pytest.raises(NotFound):
        open_report(workspace, street.secretary, key)


def test_any_days_make_a_report(workspace: Workspace, week: Street) -> None:
    assert draft_of(workspace, week.secretary, "2026-11-23_2026-11-24").title == "兰田街区情况报告（11月23日至24日）"
    assert draft_of(workspace, week.secretary, "2026-11-01_2026-11-30").title == "兰田街区月报（2026年11月）"
    assert draft_of(workspace, week.secretary).period.first == date(2026, 11, 23)


def test_on_the_wall_nobody_is_named(workspace: Workspace, week: Street) -> None:
    quiet = hush(workspace, week.secretary)
    assert quiet("小陈在锦云家纺见到徐女士，电话13812345678。") == "有关人员在某店见到有关人员，电话138****5678。"
    typed = Change({"extra": "小陈陪徐女士去了海燕花店。"}, {})
    save_report(workspace, week.secretary, KEY, 0, typed)
    slides = report_pages.slides(workspace, week.secretary, draft_of(workspace, week.secretary))
    assert "有关人员陪有关人员去了某店。" in slides
    for name in ("小陈", "徐女士", "海燕花店"):
        assert name not in slides


def test_frozen_needs_the_version_that_was_looked_at(workspace: Workspace, week: Street) -> None:
    kept = save_report(workspace, week.secretary, KEY, 0, NOTHING)
    nothing = Frozen("", "", "", "", {}, {})
    with pytest.raises(Conflict, match="刚被改过"):
        freeze_report(workspace, week.secretary, kept.id, kept.version + 1, lambda _: nothing)
    with pytest.raises(Conflict, match="刚被改过"):
        freeze_report(workspace, week.secretary, "2026-11-16_2026-11-22", 0, lambda _: nothing)
