"""Changing 线上驿站: each change a version with who and what; nothing of somebody else's is written over."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from mapsvc.domain.policy_files import to_document
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations.policies import find_policies, get_policy, list_in_force
from mapsvc.operations.policy_edits import add_policy, change_policy, check_policy, retire_policy, take_back
from mapsvc.operations.policy_lists import base_of, policy_lines
from mapsvc.store import tables as t

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace
    from tests.support.clock import FixedClock
    from tests.support.street import Street

NEW: dict[str, Any] = {
    "topic": "装卸停车",
    "title": "弄口临停",
    "questions": ["弄口能停吗？"],
    "answer": "早上可以临停，卸完就走。",
    "source": "街区约定",
    "source_date": date(2026, 11, 1),
}


def changed(ws: Workspace, street: Street, policy_id: str = "waste", **fields: Any) -> dict[str, Any]:
    return to_document(get_policy(ws, street.secretary, policy_id).entry) | fields


def acts(ws: Workspace) -> list[str]:
    with ws.read() as conn:
        return [row.action for row in conn.execute(select(t.audit.c.action).order_by(t.audit.c.id))]


def test_a_new_entry_is_found_at_once_and_stands_last(workspace: Workspace, street: Street) -> None:
    made = add_policy(workspace, street.office, NEW)
    assert (made.id, made.version) == ("own_1", 1)
    assert find_policies(workspace, street.chen, "弄口能停吗").hits[0].entry == made
    assert list_in_force(workspace, street.chen)[-1] == made
    assert acts(workspace)[-2:] == ["seed_policies", "add_policy"]
    assert add_policy(workspace, street.office, NEW | {"title": "又一条"}).id == "own_2"


def test_a_title_stands_once(workspace: Workspace, street: Street) -> None:
    add_policy(workspace, street.office, NEW)
    with pytest.raises(Conflict, match="已经有一条叫“弄口临停”"):
        add_policy(workspace, street.secretary, NEW)


def test_a_change_is_a_version_that_says_who_what_and_when(workspace: Workspace, street: Street) -> None:
    document = changed(workspace, street, answer="签协议，定时交。", valid_until="2027-03-01")
    after = change_policy(workspace, street.secretary, "waste", document, 1)
    told = get_policy(workspace, street.chen, "waste")
    assert (told.entry, told.entry.version, told.entry.answer) == (after, 2, "签协议，定时交。")
    newest, first = told.versions
    assert (newest.text, newest.made_by, newest.made_at) == (
        "改了答案、到哪天止", street.secretary.person_id, workspace.clock(),
    )  # fmt: skip
    assert (first.text, first.made_by) == ("随程序带来的样例", None)


def test_the_same_again_makes_no_version(workspace: Workspace, street: Street) -> None:
    assert change_policy(workspace, street.secretary, "waste", changed(workspace, street), 1).version == 1
    assert len(get_policy(workspace, street.secretary, "waste").versions) == 1


def test_whoever_comes_second_is_told(workspace: Workspace, street: Street) -> None:
    change_policy(workspace, street.secretary, "waste", changed(workspace, street, answer="一。"), 1)
    with pytest.raises(Conflict, match="别人刚改过“餐厨、装修垃圾怎么收”（现在是第2版）") as caught:
        change_policy(workspace, street.office, "waste", changed(workspace, street, answer="二。"), 1)
    assert caught.value.extra == {"version": 2}
    assert get_policy(workspace, street.office, "waste").entry.answer == "一。"


def test_what_is_wrong_changes_nothing(workspace: Workspace, street: Street) -> None:
    with pytest.raises(Refused, match="缺“答案”"):
        change_policy(workspace, street.secretary, "waste", changed(workspace, street, answer=" "), 1)
    assert acts(workspace).count("change_policy") == 0


def test_a_sample_is_checked_with_one_act(workspace: Workspace, street: Street) -> None:
    n = len(base_of(workspace, street.office).samples)
    assert not check_policy(workspace, street.office, "waste", 1).is_sample
    assert len(base_of(workspace, street.office).samples) == n - 1
    assert get_policy(workspace, street.office, "waste").versions[0].text == "核对过了"


def test_an_earlier_version_is_taken_back_as_a_new_one(workspace: Workspace, street: Street) -> None:
    before = get_policy(workspace, street.secretary, "waste").entry
    change_policy(workspace, street.secretary, "waste", changed(workspace, street, answer="改错了。"), 1)
    after = take_back(workspace, street.secretary, "waste", 1, 2)
    assert (after.version, after.answer, after.is_sample) == (3, before.answer, True)
    assert [v.text for v in get_policy(workspace, street.secretary, "waste").versions] == [
        "恢复到第1版", "改了答案", "随程序带来的样例",
    ]  # fmt: skip
    with pytest.raises(NotFound, match="没有第9版"):
        take_back(workspace, street.secretary, "waste", 9, 3)


def test_what_is_put_away_is_said_no_more_until_it_is_taken_out(workspace: Workspace, street: Street) -> None:
    retire_policy(workspace, street.secretary, "waste")
    retire_policy(workspace, street.secretary, "waste")
    assert "waste" not in {e.id for e in list_in_force(workspace, street.chen)}
    assert [e.id for e in base_of(workspace, street.chen).retired] == ["waste"]
    retire_policy(workspace, street.secretary, "waste", again=True)
    assert "waste" in {e.id for e in list_in_force(workspace, street.chen)}
    assert acts(workspace)[-2:] == ["retire_policy", "restore_policy"]


def test_what_runs_out_is_said_sixty_days_before(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    change_policy(workspace, street.office, "waste", changed(workspace, street, valid_until="2027-02-01"), 1)
    seen = []
    for _ in range(3):
        base = base_of(workspace, street.office)
        seen.append(([e.id for e in base.expiring], [e.id for e in base.expired]))
        clock.advance(days=60)
    assert seen == [([], []), (["waste"], []), ([], ["waste"])]


def test_the_desk_says_what_runs_out_and_what_to_remind_of(workspace: Workspace, street: Street) -> None:
    change_policy(workspace, street.office, "waste", changed(workspace, street, valid_until="2026-12-01"), 1)
    lines = {shown: n for shown, n, _ in policy_lines(workspace, street.office)}
    hints = base_of(workspace, street.office).hints
    assert lines == {"expiring": 1, "hints": len(hints)}
    assert "kindergarten" in {hint.entry.id for hint in hints}


@pytest.mark.parametrize("role", ["chen", "volunteer", "property"])
def test_only_the_secretary_and_the_office_change_it(workspace: Workspace, street: Street, role: str) -> None:
    who = getattr(street, role)
    for act in (
        lambda: add_policy(workspace, who, NEW),
        lambda: change_policy(workspace, who, "waste", NEW, 1),
        lambda: check_policy(workspace, who, "waste", 1),
        lambda: retire_policy(workspace, who, "waste"),
        lambda: take_back(workspace, who, "waste", 1, 1),
    ):
        with pytest.raises(Forbidden):
            act()
