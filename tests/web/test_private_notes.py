"""What was said alone is for the secretary and the mediator: no other page, answer, file or search holds it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.domain.councils import AgreedItem
from mapsvc.errors import NotFound
from mapsvc.maps.publish import publish
from mapsvc.operations import accounts, signing_in
from mapsvc.operations.agreements import NewAgreement, agree
from mapsvc.operations.private_notes import add_private_note, notes_of, remove_private_note
from mapsvc.operations.tasks import case_tasks
from mapsvc.operations.workspace import Workspace
from mapsvc.store import tables
from tests.support.accounts import Signed
from tests.support.client import ClientOf, SignedClient
from tests.support.clock import FixedClock
from tests.support.councils import COMMITTEE, COMMITTEE_ACTOR, COMPANY, SECRET, SECRET_TOO, held_council, leak
from tests.support.street import Street, build, uid

SHOWN_AT = {"cases.show", "private_notes.index", "api_councils.notes"}
OTHERS = ("worker", "office", "committee", "property", "volunteer", "admin")
STATIC = ("assets.", "map.packed", "today_page.packed", "today_page.shell", "service_worker.")


@dataclass(frozen=True)
class Told:
    """A council with a note of the secretary's and one of the mediator's."""

    case_id: str
    council_id: str
    note_ids: tuple[str, str]
    task_id: str


@pytest.fixture
def street(workspace: Workspace) -> Street:
    """The street with its people."""
    return build(workspace)


@pytest.fixture
def told(workspace: Workspace, street: Street, clock: FixedClock) -> Told:
    """小周 mediates at 27号: two notes, an agreement signed by all."""
    case_id = leak(workspace, street, clock)
    council, parties = held_council(workspace, street, clock, case_id)
    first = add_private_note(workspace, street.secretary, council.id, SECRET, parties[0].id)
    second = add_private_note(workspace, street.zhou, council.id, SECRET_TOO, parties[1].id)
    items = tuple(AgreedItem(p.id, "照议定的办") for p in parties)
    new = NewAgreement(items, clock(), {p.id: clock() for p in parties})
    agree(workspace, street.secretary, council.id, new, council.version)
    task = case_tasks(workspace, street.secretary, case_id).items[0]
    return Told(case_id, council.id, (first.id, second.id), task.task.id)


def account_of(ws: Workspace, client: SignedClient, role: str, **more: Any) -> SignedClient:
    """Sign `client` in as a new account with these facts."""
    made = accounts.add_account(ws, SYSTEM, f"who-{role}", Role(role), **more)
    fresh = signing_in.sign_in_once(ws, accounts.one_time_link(ws, SYSTEM, made.id).secret)
    client.signed = Signed(fresh.session.account.actor, signing_in.cookie_value(ws, fresh.secret), fresh.session.csrf)
    client.set_cookie("mapsvc", client.signed.cookie)
    return client


@pytest.fixture
def as_role(workspace: Workspace, client_of: ClientOf, street: Street) -> Any:
    """Clients by role: the committee and the company are the door's own, the worker looks after it."""
    facts: dict[str, dict[str, Any]] = {
        "committee": {"unit": COMMITTEE},
        "property": {"unit": COMPANY},
        "worker": {"name": "小陈"},
        "secretary": {"name": "王书记"},
    }
    return lambda role: account_of(workspace, client_of(None), role, **facts.get(role, {}))


def texts_in(content: bytes) -> Iterator[str]:
    """What a body says, whatever it is: the parts of a workbook or document one by one."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                yield from texts_in(packed.read(name))
    else:
        # A writer of workbooks may spell any character as a reference.
        yield unescape(content.decode(errors="replace"))


def tells(content: bytes, told: Told) -> bool:
    """Whether a body holds a note, or that there is one."""
    return any(secret in text for text in texts_in(content) for secret in (SECRET, SECRET_TOO, *told.note_ids))


def everything(app: Flask, client: SignedClient, told: Told) -> Iterator[tuple[str, TestResponse]]:
    """Every address that answers GET, with ids that exist, and every file that is exported."""
    known = {
        "case_id": told.case_id, "council_id": told.council_id, "note_id": told.note_ids[0], "task_id": told.task_id,
        "layer": "shops", "layer_id": "shops", "form": "gpx",
    }  # fmt: skip
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint.startswith(STATIC):
            continue
        for code in ("LT0001", "PD0001") if "code" in rule.arguments else ("",):
            address = rule.rule
            for name in rule.arguments:
                filled = code if name == "code" else known.get(name, uid("nobody's"))
                address = address.replace(f"<{name}>", filled).replace(f"<path:{name}>", filled)
            ask = "?bbox=121,31,122,32&zoom=17" if "features" in address else ""
            yield rule.endpoint, client.get(address + ask)
    for words in (SECRET, SECRET[:4], SECRET_TOO[-5:]):
        yield "search", client.get(f"/api/v1/search?q={words}")
    for full in ({}, {"full": "1", "reason": "消防检查逐户联系"}):
        yield "ledger", client.post("/admin/export/ledger", data={"datum": "wgs84"} | full)
    for layer in ("shops", "issues", "visits", "places"):
        yield "layer", client.post("/admin/export/layer", data={"layer": layer, "form": ".csv", "datum": "wgs84"})


@pytest.mark.parametrize("role", OTHERS)
def test_for_everybody_else_there_is_nothing(app: Flask, as_role: Any, told: Told, role: str) -> None:
    client = as_role(role)
    found = {name for name, answer in everything(app, client, told) if tells(answer.data, told)}
    assert found == set()
    notes = f"/councils/{told.council_id}/notes"
    asks = [
        client.get(notes),
        client.get(f"/api/v1{notes}"),
        client.post(notes, data={"text": "我也写一条"}),
        client.post(f"/api/v1{notes}", json={"text": "我也写一条"}),
        client.post(f"{notes}/{told.note_ids[0]}/remove"),
    ]
    assert [a.status_code for a in asks] == [404] * len(asks)
    page = client.get(f"/cases/{told.case_id}")
    assert page.status_code == (403 if role == "property" else 200)
    assert "单独谈" not in page.text.replace("单独谈的内容，别人都看不到", "")


@pytest.mark.parametrize("role", ["secretary", "mediator"])
def test_the_two_read_it_where_it_belongs_and_nowhere_else(
    app: Flask, workspace: Workspace, as_role: Any, client_of: ClientOf, told: Told, role: str
) -> None:
    client = as_role(role) if role == "secretary" else account_of(workspace, client_of(None), "worker", name="小周")
    found = {name for name, answer in everything(app, client, told) if tells(answer.data, told)}
    assert found == SHOWN_AT
    page = client.get(f"/cases/{told.case_id}")
    assert "单独谈 2条" in page.text
    sent = client.post(f"/councils/{told.council_id}/notes", data={"text": "再谈一次", "back": "case"})
    assert (sent.status_code, sent.location) == (303, f"/cases/{told.case_id}?done=note_added#council")
    empty = client.post(f"/councils/{told.council_id}/notes", data={"text": " "})
    assert (empty.status_code, "请写单独谈了什么" in empty.text) == (422, True)


def test_no_copy_and_no_other_table_holds_it(workspace: Workspace, told: Told, tmp_path: Path) -> None:
    file = publish(workspace, tmp_path / "out.gpkg").file
    assert not tells(file.read_bytes(), told)
    with workspace.read() as conn:
        holding = {
            table.name
            for table in tables.metadata.sorted_tables
            for row in conn.execute(select(table))
            if any(SECRET in str(value) or SECRET_TOO in str(value) for value in row)
        }
        named = {
            table.name
            for table in tables.metadata.sorted_tables
            for row in conn.execute(select(table))
            if any(str(value) in told.note_ids for value in row)
        }
    assert holding == {"private_note"}
    assert named == {"private_note", "audit"}


def test_another_councils_mediator_is_nobody_here(workspace: Workspace, street: Street, told: Told) -> None:
    for actor in (street.chen, street.office, street.volunteer, street.property, COMMITTEE_ACTOR):
        with pytest.raises(NotFound):
            notes_of(workspace, actor, told.council_id)
        with pytest.raises(NotFound):
            remove_private_note(workspace, actor, told.council_id, told.note_ids[0])
    nobody = Actor(None, "小周", Role.WORKER)
    with pytest.raises(NotFound):
        add_private_note(workspace, nobody, told.council_id, "没有人的")
    assert {n.id for n in notes_of(workspace, street.zhou, told.council_id)} == set(told.note_ids)
    remove_private_note(workspace, street.zhou, told.council_id, told.note_ids[1])
    assert len(notes_of(workspace, street.secretary, told.council_id)) == 1
