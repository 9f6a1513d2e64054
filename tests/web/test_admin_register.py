"""/admin/register: the table, the street's picture, forms that keep what was typed, both sides of a conflict."""

from __future__ import annotations

import pytest

from mapsvc.domain.register import RegisterEntry, Side
from mapsvc.operations import register
from mapsvc.operations.workspace import Workspace
from tests.support.client import SignedClient
from tests.support.street import Street, build, uid

ENTRY = RegisterEntry(uid("reg"), "岚皋西路", 1, 27, Side.ODD, None, "兰凤新村居委会", "兰凤物业", "021-60001234")
FORM = {"street": "岚皋西路", "number_from": "2", "number_to": "28", "side": "even", "property_company": "申城物业"}


@pytest.fixture
def street(workspace: Workspace) -> Street:
    made = build(workspace)
    register.add_entry(workspace, made.secretary, ENTRY)
    return made


def test_the_page_shows_entries_gaps_and_the_picture(client: SignedClient, street: Street) -> None:
    page = client.get("/admin/register").get_data(as_text=True)
    for said in (
        "岚皋西路1–27单号",
        "岚皋西路29号没有登记",
        'data-number="29"',
        "021-60001234",
        "新登记 岚皋西路1–27单号",
    ):
        assert said in page
    own = client.get(f"/admin/register/{ENTRY.id}").get_data(as_text=True)
    assert "锦云家纺" in own
    assert "海燕花店" not in own.split('id="concerned-title"')[1]
    assert client.get("/admin/register/none").status_code == 404


def test_a_gap_that_was_tapped_fills_the_form(client: SignedClient, street: Street) -> None:
    asked = "/admin/register?street=岚皋西路&number_from=29&number_to=31&side=odd"
    page = client.get(asked).get_data(as_text=True)
    assert 'name="number_to" value="31"' in page


def test_add_change_remove_and_undo(workspace: Workspace, client: SignedClient, street: Street) -> None:
    answer = client.post("/admin/register", data=FORM)
    assert answer.headers["Location"] == "/admin/register?done=added"
    book = register.open_book(workspace, street.secretary)
    made = next(e for e in book.entries if e.side is Side.EVEN)
    client.post(f"/admin/register/{made.id}", data=FORM | {"version": "1", "note": "沿街楼"})
    client.post(f"/admin/register/{made.id}/remove", data={"version": "2"})
    assert len(register.open_book(workspace, street.secretary).entries) == 1
    last = register.open_book(workspace, street.secretary).changes
    undone = next(line for line in last if line.title.startswith("删去"))
    assert client.post(f"/admin/register/changes/{undone.change.id}/undo").status_code == 303
    assert register.get_entry(workspace, street.secretary, made.id).note == "沿街楼"


def test_what_was_typed_stays_and_both_sides_are_shown(
    workspace: Workspace, client: SignedClient, street: Street
) -> None:
    answer = client.post("/admin/register", data=FORM | {"number_to": "1", "note": "拐角"})
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "起号2大于止号1" in page, 'value="拐角"' in page) == (422, True, True)
    changed = RegisterEntry(**(vars(ENTRY) | {"property_company": "申城物业"}))
    register.change_entry(workspace, street.secretary, changed)
    typed = FORM | {"number_from": "1", "number_to": "27", "side": "odd", "property_company": "绿苑物业"}
    typed |= {"residents_committee": "兰凤新村居委会", "duty_phone": "021-60001234", "version": "1"}
    answer = client.post(f"/admin/register/{ENTRY.id}", data=typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    for said in ("<td>绿苑物业</td><td>申城物业</td>", 'value="绿苑物业"', 'name="version" value="2"'):
        assert said in page
    assert client.post(f"/admin/register/{ENTRY.id}", data=typed | {"version": "2"}).status_code == 303
