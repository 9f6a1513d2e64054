"""线上驿站: the samples put in once, the office's own files first, entries in force found by what is typed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.actors import Actor, Role
from mapsvc.errors import Forbidden, NotFound
from mapsvc.operations.policies import (
    all_kept,
    entries_in_force,
    find_policies,
    get_policy,
    index_of,
    list_in_force,
)
from mapsvc.operations.policy_samples import own_entries, samples, settle_policies
from mapsvc.store import policies as store

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace
    from tests.support.clock import FixedClock

OWN = """
[[answers]]
id = "parking"
topic = "装卸停车"
question = "卸货停哪里？"
answer = "早上九点前可以在弄口临停。"
source = "街区约定"
source_date = 2026-11-01
"""
DAY = date(2026, 11, 23)
WORKER = Actor("x", "小陈", Role.WORKER)


def site(ws: Workspace, folder: Path, text: str, name: str = "answers/usual.toml") -> Workspace:
    """The same office with a file of its own."""
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return replace(ws, settings=replace(ws.settings, layers=folder))


def ids(ws: Workspace) -> list[str]:
    with ws.read() as conn:
        return [kept.entry.id for kept in all_kept(conn)]


@contextmanager
def stored(ws: Workspace) -> Iterator[list[str]]:
    with ws.read() as conn:
        yield [kept.entry.id for kept in store.all_kept(conn)]


def test_the_samples_are_in_force_before_and_after_they_are_put_in(workspace: Workspace) -> None:
    before = list_in_force(workspace, WORKER)
    assert before == samples()
    assert settle_policies(workspace)
    assert list_in_force(workspace, WORKER) == before
    with stored(workspace) as kept:
        assert kept == [entry.id for entry in samples()]


def test_they_are_put_in_once(workspace: Workspace) -> None:
    settle_policies(workspace)
    with workspace.write() as conn:
        store.set_live(conn, "waste", False, workspace.clock())
    assert not settle_policies(workspace)
    assert "waste" not in {entry.id for entry in list_in_force(workspace, WORKER)}


def test_an_offices_own_answers_take_the_place_of_the_ten_they_replaced(workspace: Workspace, tmp_path: Path) -> None:
    ws = site(workspace, tmp_path, OWN)
    settle_policies(ws)
    assert ids(ws)[0] == "parking"
    assert not get_policy(ws, WORKER, "parking").entry.is_sample
    assert not {"kindergarten", "waste"} & set(ids(ws))
    assert "fumes" in ids(ws)


def test_a_policy_file_of_the_offices_own_stands_over_the_sample(workspace: Workspace, tmp_path: Path) -> None:
    text = OWN.replace("[[answers]]", "[[policies]]").replace('"parking"', '"waste"')
    text = text.replace('question = "卸货停哪里？"', 'title = "垃圾几点收"\nquestions = ["几点收？"]')
    ws = site(workspace, tmp_path, text, "policies/own.toml")
    settle_policies(ws)
    assert get_policy(ws, WORKER, "waste").entry.title == "垃圾几点收"
    assert sorted(ids(ws)) == sorted(entry.id for entry in samples())


@pytest.mark.parametrize(
    ("text", "said"), [("[[answers", "没有用上"), (OWN.replace("装卸停车", "天气"), "第1条：topic 要从这些里选")]
)
def test_a_broken_file_is_said_and_left_aside(workspace: Workspace, tmp_path: Path, text: str, said: str) -> None:
    ws = site(workspace, tmp_path, text)
    entries, notes = own_entries(ws.settings.layers)
    assert (entries, len(notes)) == ((), 1)
    assert said in notes[0]
    assert settle_policies(ws)


@pytest.mark.parametrize(
    ("q", "first"),
    [("入园", "kindergarten"), ("灭火器", "fire_check"), ("签注", "residence_permit"), ("油烟", "fumes")],
)
def test_an_entry_is_found_by_its_words(workspace: Workspace, q: str, first: str) -> None:
    assert first in [hit.entry.id for hit in find_policies(workspace, WORKER, q).hits][:3]


def test_the_index_is_built_again_when_a_policy_changes_or_the_day_does(
    workspace: Workspace, clock: FixedClock
) -> None:
    settle_policies(workspace)
    built = index_of(workspace)
    assert index_of(workspace) is built
    with workspace.write() as conn:
        kept = store.by_id(conn, "waste")
        assert kept is not None
        ends = replace(kept.entry, valid_until=DAY, version=2)
        store.put(conn, ends, "到期", None, workspace.clock())
    again = index_of(workspace)
    assert again is not built
    assert "waste" in [hit.entry.id for hit in again.find("餐厨、装修垃圾怎么收？").hits]
    clock.advance(days=1)
    assert "waste" not in [hit.entry.id for hit in index_of(workspace).find("餐厨、装修垃圾怎么收？").hits]


def test_what_is_past_its_last_day_is_not_said(workspace: Workspace) -> None:
    settle_policies(workspace)
    with workspace.write() as conn:
        kept = store.by_id(conn, "waste")
        assert kept is not None
        store.put(conn, replace(kept.entry, valid_until=DAY, version=2), "到期", None, workspace.clock())
    with workspace.read() as conn:
        said = [{e.id for e in entries_in_force(conn, day)} for day in (DAY, date(2026, 11, 24))]
    assert ["waste" in some for some in said] == [True, False]


def test_an_unknown_entry_is_not_there(workspace: Workspace) -> None:
    with pytest.raises(NotFound, match="没有这一条"):
        get_policy(workspace, WORKER, "weather")


def test_who_may_not_see_policies_reads_none(workspace: Workspace) -> None:
    who = Actor("p", "物业", Role.PROPERTY)
    with pytest.raises(Forbidden):
        list_in_force(workspace, who)
    with pytest.raises(Forbidden):
        find_policies(workspace, who, "入园")
    with pytest.raises(Forbidden):
        get_policy(workspace, who, "waste")
