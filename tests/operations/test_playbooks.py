"""Which playbook is in force: what was saved here, else the office's own file, else the one that came along."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mapsvc.domain.playbook_files import write_toml
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations.playbook_runs import NewRun, start_run
from mapsvc.operations.playbooks import (
    export_playbook,
    get_playbook,
    import_playbook,
    list_playbooks,
    retire_playbook,
    save_playbook,
)
from mapsvc.operations.workspace import Workspace
from tests.support.street import Street, uid

CODE = "dumping_spot"


def with_site(ws: Workspace, folder: Path, name: str, text: str) -> Workspace:
    """The office with a file of its own."""
    (folder / "playbooks").mkdir(parents=True, exist_ok=True)
    (folder / "playbooks" / name).write_text(text, encoding="utf-8")
    return replace(ws, settings=replace(ws.settings, layers=folder))


def test_the_offices_own_file_comes_before_the_one_that_came_along(
    workspace: Workspace, street: Street, tmp_path: Path
) -> None:
    content = get_playbook(workspace, street.secretary, CODE).playbook.content
    ws = with_site(workspace, tmp_path, "corner.toml", write_toml(replace(content, name="街角")))
    shelf = list_playbooks(ws, street.secretary)
    assert shelf.playbooks[CODE].name == "街角" and len(shelf.playbooks) == 3 and not shelf.notes


def test_a_broken_file_of_the_office_drops_only_itself(workspace: Workspace, street: Street, tmp_path: Path) -> None:
    ws = with_site(workspace, tmp_path, "bad.toml", 'id = "bad"\nname = "坏"')
    shelf = list_playbooks(ws, street.secretary)
    assert len(shelf.playbooks) == 3 and "bad.toml" in shelf.notes[0] and "至少要有一步" in shelf.notes[0]


def test_a_newer_file_is_a_new_version_but_never_over_what_was_saved_here(
    workspace: Workspace, street: Street, tmp_path: Path
) -> None:
    start_run(workspace, street.secretary, NewRun(uid("run"), CODE, place="PD0001", order_to="物业"))
    content = get_playbook(workspace, street.secretary, CODE).playbook.content
    ws = with_site(workspace, tmp_path, "corner.toml", write_toml(replace(content, name="街角")))
    found = get_playbook(ws, street.secretary, CODE).playbook
    assert (found.name, found.version, found.id) == ("街角", 2, None)
    saved = save_playbook(ws, street.secretary, replace(content, name="自己的"), 2)
    assert saved.version == 3
    assert list_playbooks(workspace, street.secretary).playbooks[CODE].name == "自己的"
    assert [p.version for p in get_playbook(ws, street.secretary, CODE).versions] == [3, 2, 1]


def test_a_stale_save_is_refused_and_the_same_makes_no_version(workspace: Workspace, street: Street) -> None:
    content = get_playbook(workspace, street.secretary, CODE).playbook.content
    assert save_playbook(workspace, street.secretary, content, 1).version == 1
    assert save_playbook(workspace, street.secretary, replace(content, note="新"), 1).version == 2
    with pytest.raises(Conflict) as told:
        save_playbook(workspace, street.secretary, replace(content, note="别的"), 1)
    assert told.value.extra["version"] == 2
    with pytest.raises(NotFound):
        save_playbook(workspace, street.secretary, replace(content, code="unknown"), 1)
    with pytest.raises(Refused):
        save_playbook(workspace, street.secretary, replace(content, steps=()), 2)
    with pytest.raises(Forbidden):
        save_playbook(workspace, street.chen, content, 2)


def test_it_goes_from_office_to_office_with_results_and_without_persons(workspace: Workspace, street: Street) -> None:
    start_run(workspace, street.secretary, NewRun(uid("run"), CODE, place="PD0001", order_to="物业"))
    name, text = export_playbook(workspace, street.secretary, CODE)
    assert name == "dumping_spot.toml" and 'began = "2026-11-23"' in text
    assert not any(word in text for word in ("王书记", "小陈", "橙子公寓旁"))
    assert not import_playbook(workspace, street.secretary, text.encode()).is_changed
    other = text.replace(CODE, "corner").encode()
    done = import_playbook(workspace, street.secretary, other)
    assert done.is_changed and len(done.playbook.content.results) == 1
    assert not import_playbook(workspace, street.secretary, other).is_changed


def test_put_away_and_taken_out_again(workspace: Workspace, street: Street) -> None:
    retire_playbook(workspace, street.secretary, CODE)
    assert list(list_playbooks(workspace, street.secretary).playbooks)[-1] == CODE
    with pytest.raises(Conflict):
        start_run(workspace, street.secretary, NewRun(uid("run"), CODE, place="PD0001", order_to="物业"))
    retire_playbook(workspace, street.secretary, CODE, again=True)
    assert start_run(workspace, street.secretary, NewRun(uid("run"), CODE, place="PD0001", order_to="物业"))[1]
