"""红色响应 on the case's page: call with the register's list, arrivals, who else, stand down."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.actors import Actor
from mapsvc.domain.contacts import CONTACT_PARTY_NAMES, CONTACT_RESULT_NAMES, CONTACT_WAY_NAMES, ContactRun
from mapsvc.domain.permissions import Action, may
from mapsvc.domain.responses import MOST_TEXT, PARTY_ROLE_NAMES, Called, PartyRole
from mapsvc.domain.tasks import TaskRole
from mapsvc.operations import contacts
from mapsvc.operations import responses as operations
from mapsvc.operations.case_around import around
from mapsvc.operations.cases import CaseDetail
from mapsvc.operations.responses import NewResponse, ResponseView
from mapsvc.operations.tasks import NewTask
from mapsvc.operations.workspace import Workspace
from mapsvc.web import forms
from mapsvc.web.cases import case_page
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("responses", __name__)
SAID = {
    "response_called": "红色响应发起了，名单在案件页上。",
    "party_added": "加进名单了。",
    "party_removed": "从名单里拿掉了。",
    "arrived": "到场记下了。",
    "stood_down": "红色响应解除了。",
    "contact_logged": "联系经过记下了。",
}
BY_HAND = (PartyRole.OWNER, PartyRole.MERCHANT, PartyRole.OTHER)
FIRST_TASKS = ((TaskRole.PROPERTY, "物业先办"), (TaskRole.COMMITTEE, "居委会先办"), (TaskRole.WORKER, "走访人先办"))
_SEPARATOR = "|"


@dataclass(frozen=True)
class ResponsePart:
    """What the case's page shows: responses, loose attempts, and the forms this reader may use."""

    views: tuple[ResponseView, ...]
    loose: tuple[ContactRun, ...]
    may_call: bool
    may_log: bool
    suggested: tuple[tuple[str, str], ...]
    new_id: str
    by_hand: tuple[tuple[str, str], ...] = tuple((r.value, PARTY_ROLE_NAMES[r]) for r in BY_HAND)
    first_tasks: tuple[tuple[str, str], ...] = tuple((r.value, label) for r, label in FIRST_TASKS)
    roles: tuple[tuple[str, str], ...] = tuple((r.value, n) for r, n in PARTY_ROLE_NAMES.items())
    parties: tuple[tuple[str, str], ...] = tuple((p.value, n) for p, n in CONTACT_PARTY_NAMES.items())
    ways: tuple[tuple[str, str], ...] = tuple((w.value, n) for w, n in CONTACT_WAY_NAMES.items())
    results: tuple[tuple[str, str], ...] = tuple((r.value, n) for r, n in CONTACT_RESULT_NAMES.items())

    @property
    def going_on(self) -> ResponseView | None:
        """The response that was not stood down."""
        return next((v for v in self.views if v.response.is_open), None)


def case_section(ws: Workspace, who: Actor, case: CaseDetail) -> ResponsePart | None:
    """The responses of a case and the attempts; None where there are none and nothing may be written."""
    found = case.line.found.case
    with ws.read() as conn:
        about = around(conn, found.id, ws.clock())
        views = operations.responses_of_case(ws, conn, who, about)
        loose = contacts.loose_runs(conn, who, about)
        may_log = contacts.may_log(who, about) and found.is_open
    may_call = may(who, Action.CALL_RESPONSE) and found.is_open
    if not (views or loose or may_call or may_log):
        return None
    listed = operations.register_list(ws, who, found.id) if may_call else ()
    suggested = tuple((_packed(one), _words(one)) for one in listed)
    return ResponsePart(views, loose, may_call, may_log, suggested, str(uuid4()))


@blueprint.post("/cases/<case_id>/response")
def call(case_id: str) -> AnyResponse:
    """Call people together."""

    def act() -> object:
        listed = tuple(_unpacked(value) for value in forms.many("party") if value)
        new = NewResponse(
            forms.text("id", "", 36) or str(uuid4()),
            forms.text("reason", "原因", MOST_TEXT),
            (*listed, *_by_hand()),
            forms.when("called_at", "召集的时间"),
            tuple(
                NewTask(said, role)
                for role, label in FIRST_TASKS
                if (said := forms.text(f"task_{role.value}", label, MOST_TEXT))
            ),
        )
        return operations.call_response(workspace(), actor(), case_id, new)

    return _done(case_id, act, "response_called", "call-response")


@blueprint.post("/cases/<case_id>/response/parties")
def add_party(case_id: str) -> AnyResponse:
    """One more is called."""

    def act() -> object:
        role = forms.choice("role", PartyRole, "是哪一方")
        assert role is not None
        called = Called(role, forms.text("name", "名称", 60), forms.text("phone", "电话", 40) or None)
        return operations.add_party(workspace(), actor(), request.form.get("response", ""), called)

    return _done(case_id, act, "party_added", "add-party")


@blueprint.post("/cases/<case_id>/response/remove")
def remove_party(case_id: str) -> AnyResponse:
    """One is taken off the list."""
    party = request.form.get("party", "")
    return _done(
        case_id, lambda: operations.remove_party(workspace(), actor(), party), "party_removed", f"party-{party}"
    )


@blueprint.post("/cases/<case_id>/response/arrival")
def arrival(case_id: str) -> AnyResponse:
    """Somebody came."""
    party = request.form.get("party", "")

    def act() -> object:
        return operations.record_arrival(workspace(), actor(), party, forms.when("arrived_at", "到场的时间"))

    return _done(case_id, act, "arrived", f"party-{party}")


@blueprint.post("/cases/<case_id>/response/stand-down")
def stand_down(case_id: str) -> AnyResponse:
    """It is over."""

    def act() -> object:
        outcome, at = forms.text("outcome", "结果", MOST_TEXT), forms.when("at", "解除的时间")
        return operations.stand_down(workspace(), actor(), request.form.get("response", ""), outcome, at)

    return _done(case_id, act, "stood_down", "stand-down")


# What is wrong with an act as a whole stands at the head of the page: its form may be gone with what made it wrong.
def _done(case_id: str, act: Callable[[], object], said: str, form_id: str) -> AnyResponse:
    to = f"/cases/{case_id}?done={said}#response"
    return forms.done(act, to, lambda form, faults: case_page(case_id, "" if "" in faults else form_id, form, faults))


def _by_hand() -> tuple[Called, ...]:
    found = []
    for role in BY_HAND:
        label = PARTY_ROLE_NAMES[role]
        name = forms.text(f"{role.value}_name", label, 60)
        phone = forms.text(f"{role.value}_phone", f"{label}电话", 40)
        if name or phone:
            found.append(Called(role, name or label, phone or None))
    return tuple(found)


def _packed(one: Called) -> str:
    return _SEPARATOR.join((one.role.value, one.register_id or "", one.phone or "", one.name))


def _unpacked(value: str) -> Called:
    role, register_id, phone, name = (*value.split(_SEPARATOR, 3), "", "", "")[:4]
    return Called(operations.role_of(role), name[:200], phone[:40] or None, register_id[:36] or None)


def _words(one: Called) -> str:
    return f"{PARTY_ROLE_NAMES[one.role]} {one.name}" + (f" {one.phone}" if one.phone else "")
