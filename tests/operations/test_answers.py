"""The usual answers: the office's own before the shipped samples, a broken file said plainly, found by words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.actors import Actor, Role
from mapsvc.errors import Forbidden
from mapsvc.operations.answers import find_answers, shelf_of

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace

OWN = """
[[answers]]
id = "parking"
topic = "装卸停车"
question = "卸货停哪里？"
answer = "早上九点前可以在弄口临停。"
source = "街区约定"
source_date = 2026-11-01
"""
WORKER = Actor("x", "小陈", Role.WORKER)


@pytest.fixture
def database_kind() -> str:
    """Nothing of it lies in the store."""
    return "sqlite"


def site(ws: Workspace, folder: Path, text: str) -> Workspace:
    """The same office with answers of its own."""
    (folder / "answers").mkdir(exist_ok=True)
    (folder / "answers" / "usual.toml").write_text(text, encoding="utf-8")
    return replace(ws, settings=replace(ws.settings, layers=folder))


def test_ten_samples_come_with_the_program(workspace: Workspace) -> None:
    shelf = shelf_of(workspace)
    assert (len(shelf.answers), shelf.note) == (10, None)
    assert all(a.is_sample and a.source and a.source_date for a in shelf.answers)
    assert not [a.id for a in shelf.answers if any(letter.isdigit() for letter in a.answer)]


def test_the_offices_own_answers_take_their_place(workspace: Workspace, tmp_path: Path) -> None:
    shelf = shelf_of(site(workspace, tmp_path, OWN))
    assert [(a.id, a.is_sample) for a in shelf.answers] == [("parking", False)]


@pytest.mark.parametrize(
    ("text", "said"), [("[[answers", "没有用上"), (OWN.replace("装卸停车", "天气"), "第1条：topic 要从这些里选")]
)
def test_a_broken_file_is_said_and_the_samples_are_used(
    workspace: Workspace, tmp_path: Path, text: str, said: str
) -> None:
    shelf = shelf_of(site(workspace, tmp_path, text))
    assert len(shelf.answers) == 10
    assert said in (shelf.note or "")


def test_a_file_put_right_counts_at_once(workspace: Workspace, tmp_path: Path) -> None:
    ws = site(workspace, tmp_path, "[[answers")
    assert shelf_of(ws).note
    assert shelf_of(site(workspace, tmp_path, OWN)).note is None


@pytest.mark.parametrize(
    ("q", "first"),
    [("入园", "kindergarten"), ("ruyuan", "kindergarten"), ("灭火器", "winter_fire"), ("签注", "residence_permit")],
)
def test_an_answer_is_found_by_its_words_and_by_pinyin(workspace: Workspace, q: str, first: str) -> None:
    assert find_answers(workspace, WORKER, q).answers[0].id == first


def test_all_that_is_typed_must_occur(workspace: Workspace) -> None:
    assert find_answers(workspace, WORKER, "入园 灭火器").answers == ()
    assert find_answers(workspace, WORKER, "？！").answers == ()
    assert len(find_answers(workspace, WORKER).answers) == 10


def test_who_may_not_see_the_map_reads_none(workspace: Workspace) -> None:
    with pytest.raises(Forbidden):
        find_answers(workspace, Actor("p", "物业", Role.PROPERTY))
