"""红色响应: the list of the register, one at a time, arrivals, attempts by the committee of the door, stood down."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.contacts import ContactParty, ContactResult, ContactWay
from mapsvc.domain.register import RegisterEntry, Side
from mapsvc.domain.responses import Called, PartyRole, Response
from mapsvc.domain.tasks import TaskOrigin, TaskRole
from mapsvc.errors import Conflict, Forbidden, Refused
from mapsvc.operations import contacts, responses
from mapsvc.operations.case_around import around
from mapsvc.operations.case_history import case_history
from mapsvc.operations.cases import get_case
from mapsvc.operations.contacts import NewAttempt
from mapsvc.operations.responses import NewResponse
from mapsvc.operations.tasks import NewTask
from mapsvc.operations.workspace import Workspace
from mapsvc.store import register
from mapsvc.store import responses as store
from mapsvc.store import tasks as task_rows
from tests.operations.test_cases import reported, walk
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

COMMITTEE = Actor(None, "兰凤居委会", Role.COMMITTEE, "兰凤新村居委会")
OTHER_COMMITTEE = Actor(None, "石岚居委会", Role.COMMITTEE, "石岚三村居委会")
ENTRY = RegisterEntry(
    uid("reg"), "岚皋西路", 1, 99, Side.ODD, "兰凤新村1号楼", "兰凤新村居委会", "兰凤物业", "021-60001234", "已成立"
)


@pytest.fixture
def case_id(workspace: Workspace, street: Street, clock: FixedClock) -> str:
    """The leak at 27号, reported an hour ago; the register knows the door."""
    with workspace.write() as conn:
        register.add(conn, ENTRY, clock())
    made = reported(workspace, street)
    clock.advance(hours=1)
    return made


def call(ws: Workspace, street: Street, case_id: str, name: str = "response", **more: object) -> Response:
    """A response with the register's list."""
    new = NewResponse(uid(name), "雨后漏得厉害，三方都要到", **more)  # type: ignore[arg-type]
    return responses.call_response(ws, street.secretary, case_id, new)[0]


def attempt(name: str, result: ContactResult, way: ContactWay = ContactWay.PHONE, **more: object) -> NewAttempt:
    """An attempt to find the owner."""
    return NewAttempt(uid(name), ContactParty.OWNER, way, result, **more)  # type: ignore[arg-type]


def view(ws: Workspace, actor: Actor, case_id: str) -> responses.ResponseView:
    """The latest response as `actor` sees it."""
    with ws.read() as conn:
        return responses.responses_of_case(ws, conn, actor, around(conn, case_id, ws.clock()))[0]


def test_the_list_is_filled_from_the_register(workspace: Workspace, street: Street, case_id: str) -> None:
    call(workspace, street, case_id)
    shown = view(workspace, street.secretary, case_id)
    named = [(p.party.role, p.name, p.phone) for p in shown.parties]
    assert named == [
        (PartyRole.COMMITTEE, "兰凤新村居委会", None),
        (PartyRole.PROPERTY, "兰凤物业", "021-60001234"),
        (PartyRole.OWNERS_COMMITTEE, "兰凤新村1号楼业委会", None),
    ]
    assert {p.party.register_id for p in shown.parties} == {ENTRY.id}


def test_only_the_secretary_calls(workspace: Workspace, street: Street, case_id: str) -> None:
    for who in (street.chen, street.office, street.property, COMMITTEE):
        with pytest.raises(Forbidden):
            responses.call_response(workspace, who, case_id, NewResponse(uid("response"), "急"))


def test_one_goes_on_at_a_time_and_a_retry_is_harmless(workspace: Workspace, street: Street, case_id: str) -> None:
    first = call(workspace, street, case_id)
    assert call(workspace, street, case_id) == first
    with pytest.raises(Conflict, match=r"还没有解除"):
        call(workspace, street, case_id, "second")
    responses.stand_down(workspace, street.secretary, first.id, "三方到场，议事会定在周五")
    assert call(workspace, street, case_id, "second").is_open
    with pytest.raises(Conflict, match=r"已在.*解除"):
        responses.stand_down(workspace, street.secretary, first.id, "再来一次")


def test_a_case_that_is_over_calls_nobody(workspace: Workspace, street: Street, case_id: str) -> None:
    walk(workspace, street, case_id, "rejected")
    with pytest.raises(Conflict, match="了结"):
        call(workspace, street, case_id)


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewResponse(uid("r"), " "), "reason"),
        (NewResponse(uid("r"), "急", ()), "parties"),
        (NewResponse(uid("r"), "急", (Called(PartyRole.OWNER, " "),)), "parties"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    workspace: Workspace, street: Street, case_id: str, new: NewResponse, field: str
) -> None:
    with pytest.raises(Refused) as caught:
        responses.call_response(workspace, street.secretary, case_id, new)
    assert [p.field for p in caught.value.problems] == [field]


def test_a_time_before_the_report_or_ahead_is_refused(
    workspace: Workspace, street: Street, case_id: str, clock: FixedClock
) -> None:
    for at in (clock() - timedelta(hours=2), clock() + timedelta(minutes=1)):
        with pytest.raises(Refused) as caught:
            call(workspace, street, case_id, called_at=at)
        assert caught.value.problems[0].field == "called_at"


def test_arrivals_count_from_the_call_and_can_be_put_right(
    workspace: Workspace, street: Street, case_id: str, clock: FixedClock
) -> None:
    called = call(workspace, street, case_id)
    party = view(workspace, street.secretary, case_id).parties[0].party
    clock.advance(minutes=7)
    responses.record_arrival(workspace, COMMITTEE, party.id)
    clock.advance(minutes=3)
    assert responses.record_arrival(workspace, COMMITTEE, party.id).arrived_at == clock() - timedelta(minutes=3)
    with pytest.raises(Forbidden):
        responses.record_arrival(workspace, OTHER_COMMITTEE, party.id)
    with pytest.raises(Refused):
        responses.record_arrival(workspace, street.chen, party.id, called.called_at - timedelta(minutes=1))
    assert view(workspace, street.secretary, case_id).parties[0].response_min == 7
    responses.record_arrival(workspace, street.secretary, party.id, clock())
    assert view(workspace, street.secretary, case_id).parties[0].response_min == 10
    with pytest.raises(Conflict, match="已经到场"):
        responses.remove_party(workspace, street.secretary, party.id)


def test_who_is_called_can_be_changed_while_it_goes_on(workspace: Workspace, street: Street, case_id: str) -> None:
    called = call(workspace, street, case_id)
    added = responses.add_party(
        workspace, street.secretary, called.id, Called(PartyRole.OWNER, "周先生", "13912345678")
    )
    owner = view(workspace, street.office, case_id).parties[-1]
    assert (owner.party.id, owner.phone) == (added.id, "139****5678")
    responses.remove_party(workspace, street.secretary, added.id)
    assert len(view(workspace, street.secretary, case_id).parties) == 3


def test_three_attempts_to_find_the_owner_make_the_first_contact(
    workspace: Workspace, street: Street, case_id: str, clock: FixedClock
) -> None:
    called = call(workspace, street, case_id)
    results = (
        (ContactResult.WRONG_NUMBER, ContactWay.PHONE),
        (ContactResult.TOLD_ON, ContactWay.NEIGHBOUR),
        (ContactResult.REACHED, ContactWay.PROPERTY),
    )
    for n, (result, way) in enumerate(results):
        clock.advance(minutes=20)
        contacts.log_attempt(workspace, COMMITTEE, case_id, attempt(f"a{n}", result, way, note="电话13912345678"))
    reached_at = clock()
    clock.advance(minutes=20)
    again, is_new = contacts.log_attempt(workspace, COMMITTEE, case_id, attempt("a2", ContactResult.REACHED))
    assert (again.at, is_new) == (reached_at, False)
    with workspace.read() as conn:
        stored = store.by_id(conn, called.id)
    assert stored is not None
    assert stored.first_contact_at == reached_at
    run = view(workspace, street.office, case_id).runs[0]
    assert run.title == "找业主 3次"
    assert "13912345678" not in str(run)
    entries = case_history(workspace, street.secretary, get_case(workspace, street.secretary, case_id))
    titles = [(e.title, e.detail) for e in entries]
    assert titles[:4] == [
        ("找业主 · 物业存号", "联系上"),
        ("找业主 · 经邻居", "亲属转告"),
        ("找业主 · 登记电话", "空号"),
        ("红色响应", "雨后漏得厉害，三方都要到 · 召集居委会、物业、业委会"),
    ]


def test_attempts_are_for_the_committee_of_that_door(workspace: Workspace, street: Street, case_id: str) -> None:
    for who in (OTHER_COMMITTEE, street.volunteer, street.property):
        with pytest.raises(Forbidden):
            contacts.log_attempt(workspace, who, case_id, attempt("a", ContactResult.REACHED))
    contacts.log_attempt(workspace, street.chen, case_id, attempt("a", ContactResult.REACHED))
    with workspace.read() as conn:
        loose = contacts.loose_runs(conn, street.chen, around(conn, case_id, workspace.clock()))
    assert [r.title for r in loose] == ["找业主"]


def test_the_tasks_of_a_response_come_with_it(workspace: Workspace, street: Street, case_id: str) -> None:
    called = call(workspace, street, case_id, tasks=(NewTask("先接水，护住布料", TaskRole.PROPERTY),))
    with workspace.read() as conn:
        [task] = task_rows.of_case(conn, case_id)
    assert (task.origin, task.response_id, task.owner_name) == (TaskOrigin.RESPONSE, called.id, "兰凤物业")


def test_the_log_reads_to_the_stand_down(workspace: Workspace, street: Street, case_id: str, clock: FixedClock) -> None:
    called = call(workspace, street, case_id)
    clock.advance(minutes=15)
    company = view(workspace, street.secretary, case_id).parties[1].party
    responses.record_arrival(workspace, street.secretary, company.id)
    clock.advance(minutes=15)
    responses.stand_down(workspace, street.secretary, called.id, "已止水，转议事会")
    entries = case_history(workspace, street.secretary, get_case(workspace, street.secretary, case_id))
    assert [(e.title, e.detail) for e in entries][:2] == [
        ("解除红色响应", "已止水，转议事会"),
        ("兰凤物业到场", "响应15分钟"),
    ]
