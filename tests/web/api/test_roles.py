"""Every route times every role, by session and by token: who has no leave gets 403 and changes nothing."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.domain.permissions import Action, Reach, reach
from mapsvc.operations import accounts
from mapsvc.operations.workspace import Workspace
from mapsvc.store import tables
from mapsvc.web.surfaces import is_public
from tests.support import pictures
from tests.support.client import ClientOf, SignedClient
from tests.support.street import Street, uid
from tests.web.api import (
    ways_alerts,
    ways_campaigns,
    ways_cards,
    ways_cases,
    ways_councils,
    ways_enquiries,
    ways_hotspots,
    ways_office,
    ways_pins,
    ways_places,
    ways_policies,
    ways_policy_calendar,
    ways_reports,
    ways_responses,
    ways_rounds,
    ways_storms,
    ways_walks,
)
from tests.web.api.test_records import ISSUE, VISIT

CASE, PLAN, COUNCIL, NOTICE, NOBODYS = "$case", "$plan", "$council", "$notice", uid("nobody's")
TENANCY = {"id": uid("t"), "version": 1, "from": "2026-11-23", "sign_name": "新店"}
COVER = {"from": "小陈", "to": "小周", "from_day": "2026-11-24", "until": "2026-11-24"}
PLANNED = {"date": "2026-11-23", "shift": "evening", "workers": ["小陈"], "minutes": 60}
SHIFT = PLANNED | {"minutes": "60"}


@dataclass(frozen=True)
class Way:
    """How a route is asked well, and the leave it needs (None: being signed in)."""

    leave: Action | None
    address: str
    json: Any = None
    form: Any = None


SEE = Action.SEE_MAP
WAYS: dict[str, Way] = {
    "map.index": Way(SEE, "/"),
    "map.cases": Way(SEE, "/cases"),
    "map.detail": Way(SEE, "/shops/LT0001"),
    "map.packed": Way(None, "/static/v-0/packed/main.js"),
    "accounts.me": Way(None, "/me"),
    "accounts.sign_out": Way(None, "/sign-out", form={}),
    "accounts.change_password": Way(None, "/me/password", form={"new_password": "x"}),
    "cards.card": Way(Action.EDIT_SHOP, "/shops/LT0001/card"),
    "cards.make": Way(Action.EDIT_SHOP, "/shops/LT0001/card", form={}),
    "cards.welcome_sheet": Way(Action.EDIT_SHOP, "/shops/LT0001/welcome"),
    "ledger.index": Way(None, "/ledger"),
    "openapi.openapi": Way(None, "/api/v1/openapi.json"),
    "admin_export.index": Way(Action.EXPORT, "/admin/export"),
    "admin_export.ledger": Way(Action.EXPORT, "/admin/export/ledger", form={}),
    "admin_export.layer": Way(Action.EXPORT, "/admin/export/layer", form={"layer": "shops", "form": ".csv"}),
    "admin_field.index": Way(SEE, "/admin/field"),
    "admin_field.upload": Way(None, "/admin/field", form={}),
    "admin_import.index": Way(Action.IMPORT_LEDGER, "/admin/import"),
    "admin_import.upload": Way(Action.IMPORT_LEDGER, "/admin/import", form={}),
    "admin_import.show": Way(Action.IMPORT_LEDGER, f"/admin/import/{NOBODYS}"),
    "admin_import.problems": Way(Action.IMPORT_LEDGER, f"/admin/import/{NOBODYS}/problems.xlsx"),
    "admin_import.confirm": Way(Action.IMPORT_LEDGER, f"/admin/import/{NOBODYS}/confirm", form={}),
    "admin_import.discard": Way(Action.IMPORT_LEDGER, f"/admin/import/{NOBODYS}/discard", form={}),
    "admin_import.choose": Way(Action.IMPORT_LEDGER, f"/admin/import/conflicts/{NOBODYS}", form={"choice": "app"}),
    "admin_import.undo": Way(Action.IMPORT_LEDGER, "/admin/import/undo", form={"batch": NOBODYS}),
    "admin_jobs.index": Way(Action.RUN_SERVICE, "/admin/jobs"),
    "admin_jobs.start": Way(Action.RUN_SERVICE, "/admin/jobs", form={"kind": "backup"}),
    "admin_jobs.show": Way(Action.RUN_SERVICE, f"/admin/jobs/{NOBODYS}"),
    "admin_jobs.cancel": Way(Action.RUN_SERVICE, f"/admin/jobs/{NOBODYS}/cancel", form={}),
    "admin_patches.index": Way(Action.EDIT_PATCHES, "/admin/patches"),
    "admin_patches.upload": Way(Action.EDIT_PATCHES, "/admin/patches", form={"from": "2026-12-01"}),
    "admin_handover.index": Way(Action.ARRANGE_COVER, "/admin/handover"),
    "admin_handover.create": Way(Action.ARRANGE_COVER, "/admin/handover", form=COVER),
    "admin_handover.undo": Way(Action.ARRANGE_COVER, f"/admin/handover/{NOBODYS}/undo", form={}),
    "admin_handover.end": Way(Action.ARRANGE_COVER, f"/admin/handover/{NOBODYS}/end", form={}),
    "admin_handover.sheet": Way(Action.ARRANGE_COVER, f"/admin/handover/{NOBODYS}/print"),
    "admin_people.index": Way(Action.MANAGE_ACCOUNTS, "/admin/people"),
    "admin_people.create": Way(Action.MANAGE_ACCOUNTS, "/admin/people", form={"login": "new", "role": "worker"}),
    "admin_people.disable": Way(Action.MANAGE_ACCOUNTS, f"/admin/people/{NOBODYS}/disable", form={}),
    "admin_people.enable": Way(Action.MANAGE_ACCOUNTS, f"/admin/people/{NOBODYS}/enable", form={}),
    "admin_people.link": Way(Action.MANAGE_ACCOUNTS, f"/admin/people/{NOBODYS}/link", form={}),
    "admin_people.change_role": Way(Action.MANAGE_ACCOUNTS, f"/admin/people/{NOBODYS}/role", form={"role": "worker"}),
    "admin_people.create_token": Way(Action.MANAGE_ACCOUNTS, "/admin/people/tokens", form={"role": "worker"}),
    "admin_people.revoke_token": Way(Action.MANAGE_ACCOUNTS, f"/admin/people/tokens/{NOBODYS}/revoke", form={}),
    "admin_quality.index": Way(Action.IMPORT_LEDGER, "/admin/quality"),
    "admin_quality.show": Way(Action.IMPORT_LEDGER, "/admin/quality/silent_doors"),
    "api_cases.index": Way(SEE, "/api/v1/cases"),
    "api_cases.show": Way(SEE, f"/api/v1/cases/{CASE}"),
    "api_cases.move": Way(
        Action.MOVE_CASE, f"/api/v1/cases/{CASE}/moves", json={"to": "self_correcting", "version": 1}
    ),
    "api_case_acts.merge": Way(Action.DECIDE, f"/api/v1/cases/{CASE}/merge", json={"into": NOBODYS, "version": 1}),
    "api_case_acts.change_limit": Way(
        Action.DECIDE,
        f"/api/v1/cases/{CASE}/limit",
        json={"calendar": "clock", "minutes": 60, "reason": "急", "version": 1},
    ),
    "api_case_acts.triage": Way(
        Action.DECIDE, f"/api/v1/cases/{CASE}/severity", json={"severity": "serious", "version": 1}
    ),
    "api_case_acts.urge": Way(Action.DECIDE, f"/api/v1/cases/{CASE}/urgings", json={"text": "快点"}),
    "api_case_acts.supervise": Way(Action.DECIDE, f"/api/v1/cases/{CASE}/supervision", json={"reason": "来电"}),
    "api_case_acts.lift": Way(Action.DECIDE, f"/api/v1/cases/{CASE}/supervision"),
    "api_case_acts.note": Way(Action.WORK_CASE, f"/api/v1/cases/{CASE}/notes", json={"text": "看过了"}),
    "api_case_acts.ask_extension": Way(
        Action.WORK_CASE, f"/api/v1/cases/{CASE}/extensions", json={"until": "2027-01-01", "reason": "等车"}
    ),
    "api_case_acts.decide_extension": Way(
        Action.DECIDE, f"/api/v1/extensions/{NOBODYS}/decision", json={"grant": True}
    ),
    "api_case_acts.ask_reopening": Way(Action.WORK_CASE, f"/api/v1/cases/{CASE}/reopenings", json={"reason": "又有了"}),
    "api_case_acts.decide_reopening": Way(
        Action.DECIDE, f"/api/v1/reopenings/{NOBODYS}/decision", json={"accept": True}
    ),
    "api_effects.return_visit": Way(
        Action.CHECK_EFFECT, f"/api/v1/cases/{CASE}/return-visit", json={"id": uid("check"), "result": "gone"}
    ),
    "api_needs.index": Way(Action.WORK_CASE, "/api/v1/needs"),
    "api_needs.handle": Way(
        Action.WORK_CASE, f"/api/v1/needs/{NOBODYS}/handle", json={"way": "explained", "outcome": "说清了"}
    ),
    "api_needs.settle": Way(Action.WORK_CASE, f"/api/v1/needs/{NOBODYS}/settle", json={"outcome": "办好了"}),
    "api_needs.reopen": Way(Action.WORK_CASE, f"/api/v1/needs/{NOBODYS}/reopen", json={}),
    "api_needs.told": Way(Action.WORK_CASE, f"/api/v1/needs/{NOBODYS}/told", json={}),
    "api_promises.create": Way(
        Action.KEEP_PROMISE, "/api/v1/promises", json={"id": uid("pr"), "text": "回话", "shop": "LT0001"}
    ),
    "api_promises.told": Way(Action.KEEP_PROMISE, f"/api/v1/promises/{uid('p')}/told", json={}),
    "effects.check": Way(Action.CHECK_EFFECT, f"/cases/{CASE}/return-visit", form={"result": "gone"}),
    "effects.of_case": Way(SEE, f"/cases/{CASE}/effect"),
    "effects.of_place": Way(SEE, "/places/PD0001/effect"),
    "promises.make": Way(Action.KEEP_PROMISE, f"/cases/{CASE}/promises", form={"text": "周五前回话"}),
    "promises.kept": Way(Action.KEEP_PROMISE, f"/cases/{CASE}/promises/{NOBODYS}/kept", form={}),
    "promises.told": Way(Action.KEEP_PROMISE, f"/cases/{CASE}/promises/{NOBODYS}/told", form={}),
    "silent.index": Way(Action.WORK_CASE, "/silent"),
    "needs.index": Way(Action.WORK_CASE, "/needs"),
    "needs.handle": Way(Action.WORK_CASE, f"/needs/{NOBODYS}/handle", form={"way": "explained", "outcome": "说清了"}),
    "needs.settle": Way(Action.WORK_CASE, f"/needs/{NOBODYS}/settle", form={"outcome": "办好了"}),
    "needs.reopen": Way(Action.WORK_CASE, f"/needs/{NOBODYS}/reopen", form={}),
    "needs.told": Way(Action.WORK_CASE, f"/needs/{NOBODYS}/told", form={}),
    "needs.promise_told": Way(Action.KEEP_PROMISE, f"/promises/{NOBODYS}/told", form={}),
    "desk.index": Way(None, "/desk"),
    "desk.show": Way(None, "/desk/reported"),
    "tickets.index": Way(Action.WORK_CASE, "/tickets"),
    "tickets.upload": Way(Action.IMPORT_LEDGER, "/tickets/import"),
    "tickets.show": Way(Action.WORK_CASE, "/tickets/SH1"),
    "tickets.contact": Way(Action.LOG_CONTACT, "/tickets/SH1/contact", form={"way": "phone", "result": "reached"}),
    **{
        f"tickets.{name}": Way(Action.HANDLE_TICKETS, f"/tickets/SH1/{path}", form=form)
        for name, path, form in (
            ("sign_for", "sign", {}),
            ("return_it", "return", {"reason": "不归我们"}),
            ("again", "again", {"reason": "又来了"}),
            ("extension", "extension", {"reason": "等雨", "until": "2027-01-04"}),
            ("extension_decided", f"extension/{NOBODYS}", {"do": "grant"}),
            ("spot", "spot", {"spot": "LT0001"}),
            ("merge", "merge", {"into": "SH2"}),
            ("part", "part", {}),
            ("link", "link", {"case": "WT1"}),
            ("case", "case", {}),
            ("answer", "answer", {"answer": "办好了"}),
        )
    },
    "api_tickets.index": Way(Action.WORK_CASE, "/api/v1/tickets"),
    "api_tickets.show": Way(Action.WORK_CASE, "/api/v1/tickets/SH1"),
    "api_tickets.create": Way(
        Action.HANDLE_TICKETS,
        "/api/v1/tickets",
        json={"id": uid("ticket"), "number": "SH9", "called_at": "2026-11-20T10:00:00", "text": "有人吵"},
    ),
    "api_tickets.move": Way(Action.HANDLE_TICKETS, "/api/v1/tickets/SH1/moves", json={"to": "handling", "version": 1}),
    "api_tickets.bring_in": Way(Action.IMPORT_LEDGER, "/api/v1/tickets/import", form={}),
    "api_hotspots.index": Way(SEE, "/api/v1/hotspots"),
    "api_hotspots.show": Way(SEE, "/api/v1/hotspots/cells/none"),
    "api_issues.create": Way(Action.REPORT_ISSUE, "/api/v1/issues", json=ISSUE | {"id": uid("another")}),
    "api_issues.withdraw": Way(Action.WITHDRAW, f"/api/v1/issues/{NOBODYS}"),
    "api_issues.suggest": Way(Action.REPORT_ISSUE, "/api/v1/issues/suggest?text=漏水"),
    "api_issues.nearby": Way(Action.REPORT_ISSUE, "/api/v1/issues/nearby?kind=06010&place=PD0001"),
    "api_issues.join": Way(Action.REPORT_ISSUE, f"/api/v1/issues/{NOBODYS}/join", json={"case": CASE}),
    "api_issues.split": Way(Action.DECIDE, f"/api/v1/issues/{NOBODYS}/split", json={"reason": "不是一处"}),
    "overview.weeks": Way(SEE, "/api/v1/issues/weeks"),
    "overview.kinds": Way(SEE, "/api/v1/kinds"),
    "overview.summary": Way(SEE, "/api/v1/summary"),
    "layers.manifests": Way(SEE, "/api/v1/layers"),
    "layers.features": Way(SEE, "/api/v1/layers/shops/features?bbox=121,31,122,32&zoom=17"),
    "layers.several": Way(SEE, "/api/v1/layers/features?layers=shops&bbox=121,31,122,32&zoom=17"),
    "api_places.index": Way(SEE, "/api/v1/places"),
    "api_places.create": Way(
        Action.EDIT_PLACE, "/api/v1/places", json={"id": uid("pl"), "name": "角落", "lon": 121.4193, "lat": 31.2523}
    ),
    "api_places.show": Way(SEE, "/api/v1/places/PD0001"),
    "api_places.correct": Way(Action.EDIT_PLACE, "/api/v1/places/PD0001", json={"version": 1, "note": "新"}),
    "api_history.of_place": Way(SEE, "/api/v1/places/PD0001/history"),
    "api_history.of_shop": Way(SEE, "/api/v1/shops/LT0001/history"),
    "api_photos.of_issue": Way(Action.REPORT_ISSUE, f"/api/v1/issues/{NOBODYS}/photos", form={}),
    "api_photos.of_visit": Way(Action.RECORD_VISIT, f"/api/v1/visits/{NOBODYS}/photos", form={}),
    "api_plans.create": Way(Action.PLAN_PATROL, "/api/v1/plans", json=PLANNED),
    "api_plans.show": Way(SEE, f"/api/v1/plans/{PLAN}"),
    "api_plans.publish": Way(Action.PLAN_PATROL, f"/api/v1/plans/{PLAN}/publish", json={}),
    "api_plans.replan": Way(Action.PLAN_PATROL, f"/api/v1/plans/{PLAN}/replan", json={}),
    "api_plans.what_if": Way(Action.PLAN_PATROL, f"/api/v1/plans/{PLAN}/what-if?people=1&minutes=60"),
    "api_plans.bars": Way(Action.PLAN_PATROL, f"/api/v1/plans/{PLAN}/bars"),
    "api_plans.week": Way(
        Action.PLAN_PATROL, "/api/v1/plans/week", json={"days": ["2026-11-24"], "shift": "day", "workers": ["小陈"]}
    ),
    "api_plans.undo_week": Way(Action.PLAN_PATROL, "/api/v1/plans/week/undo", json={"ids": [PLAN]}),
    "patrol_week.index": Way(Action.PLAN_PATROL, "/patrol/week"),
    "patrol_week.create": Way(
        Action.PLAN_PATROL,
        "/patrol/week",
        form={"first": "2026-11-24", "days": "1", "shift": "day", "workers": "小陈", "minutes": "60"},
    ),
    "patrol_week.undo": Way(Action.PLAN_PATROL, "/patrol/week/undo", form={"made": ""}),
    "photos.show": Way(SEE, f"/photos/{uid('ph')}.jpg"),
    "patrol.index": Way(SEE, "/patrol"),
    "patrol.create": Way(Action.PLAN_PATROL, "/patrol", form=SHIFT),
    "patrol_plan.show": Way(SEE, f"/patrol/{PLAN}"),
    "patrol_files.download": Way(SEE, f"/patrol/{PLAN}.gpx"),
    "patrol_files.sheets": Way(SEE, f"/patrol/{PLAN}/print"),
    "patrol_plan.edit": Way(
        Action.PLAN_PATROL, f"/patrol/{PLAN}/edit", form={"edition": "1", "ref": "shop:LT0001", "do": "lock"}
    ),
    "patrol_plan.undo": Way(Action.PLAN_PATROL, f"/patrol/{PLAN}/undo", form={"edition": "1"}),
    "api_plan_edits.edit": Way(
        Action.PLAN_PATROL, f"/api/v1/plans/{PLAN}/edits", json={"edition": 1, "act": "lock", "ref": "shop:LT0001"}
    ),
    "api_plan_edits.undo": Way(Action.PLAN_PATROL, f"/api/v1/plans/{PLAN}/undo", json={"edition": 1}),
    "patrol_plan.publish": Way(Action.PLAN_PATROL, f"/patrol/{PLAN}/publish", form={}),
    "patrol_plan.replan": Way(Action.PLAN_PATROL, f"/patrol/{PLAN}/replan", form={}),
    "api_promises.keep": Way(Action.KEEP_PROMISE, f"/api/v1/promises/{uid('p')}/keep", json={}),
    "api_promises.withdraw": Way(Action.KEEP_PROMISE, f"/api/v1/promises/{uid('p')}/withdraw", json={}),
    "api_session.show": Way(None, "/api/v1/session"),
    "api_today.show": Way(Action.RECORD_VISIT, "/api/v1/today"),
    "today_page.today": Way(None, "/today"),
    "api_search.index": Way(SEE, "/api/v1/search?q=27"),
    "api_shops.index": Way(SEE, "/api/v1/shops"),
    "api_shops.show": Way(SEE, "/api/v1/shops/LT0001"),
    "api_shops.correct": Way(Action.EDIT_SHOP, "/api/v1/shops/LT0001", json={"version": 1, "note": "新"}),
    "api_shops.assign": Way(
        Action.EDIT_PATCHES, "/api/v1/shops/LT0001/assignment", json={"worker": "小周", "from": "2026-12-01"}
    ),
    "api_shops.phone": Way(Action.SEE_PERSON, "/api/v1/shops/LT0001/phone", json={"reason": "约时间上门"}),
    "api_shops.change_tenancy": Way(Action.EDIT_SHOP, "/api/v1/shops/LT0001/tenancy", json=TENANCY),
    "api_visits.create": Way(Action.RECORD_VISIT, "/api/v1/visits", json=VISIT | {"id": uid("other visit")}),
    "api_visits.withdraw": Way(Action.WITHDRAW, f"/api/v1/visits/{uid('nobody’s visit')}"),
}
WAYS |= {
    name: Way(*told)
    for name, told in (
        ways_responses.WAYS | ways_councils.WAYS | ways_places.WAYS | ways_reports.WAYS | ways_office.WAYS
    ).items()
}
WAYS |= {
    name: Way(*told)
    for name, told in (ways_cases.WAYS | ways_storms.WAYS | ways_alerts.WAYS | ways_campaigns.WAYS).items()
}
WAYS |= {
    name: Way(*told)
    for name, told in (ways_hotspots.WAYS | ways_walks.WAYS | ways_rounds.WAYS | ways_pins.WAYS).items()
}
WAYS |= {name: Way(*told) for name, told in ways_cards.WAYS.items()}
WAYS |= {
    name: Way(*told) for name, told in (ways_enquiries.WAYS | ways_policies.WAYS | ways_policy_calendar.WAYS).items()
}
# Leave is asked per kind of job, so that an unknown one is unknown first.
PER_JOB = {"admin_jobs.show", "admin_jobs.cancel"}
NOT_CONTENT = {"session", "sign_in_attempt", "token", "account", "person", "job"}


@pytest.fixture
def ways(client: SignedClient, street: Street) -> dict[str, Way]:
    """The ways with a case, a promise and a plan that exist."""
    client.post("/api/v1/visits", json=VISIT)
    case = client.post("/api/v1/issues", json=ISSUE).get_json()["case"]
    picture = {"id": uid("ph"), "file": (io.BytesIO(pictures.jpeg()), "a.jpg")}
    assert client.post(f"/api/v1/issues/{ISSUE['id']}/photos", data=picture).status_code == 201
    plan = client.post("/api/v1/plans", json=PLANNED)
    assert plan.status_code == 201, plan.get_json()
    plan_id = plan.get_json()["id"]
    invited = {"held_at": "2026-12-01T14:00:00", "parties": [{"role": "owner", "name": "201室"}]}
    council = client.post(f"/api/v1/cases/{case}/council", json=invited).get_json()["id"]
    sign = {"title": "提示", "text": "请绕行", "from": "2026-11-23", "until": "2026-12-01"}
    client.post("/places/PD0001/notices", data=sign)
    assert client.post("/patrol/rounds", data=ways_rounds.FORM).status_code == 303
    assert client.post("/api/v1/pins", json=ways_pins.PINNED).status_code == 201
    assert client.post(f"/api/v1{ways_pins.SHOP}", json=ways_pins.SAID).status_code == 200
    notice = client.get("/places/PD0001").text.partition('href="/notices/')[2].partition('"')[0]
    return {
        name: Way(
            way.leave,
            way.address.replace(CASE, case).replace(PLAN, plan_id).replace(COUNCIL, council).replace(NOTICE, notice),
            way.json,
            way.form,
        )
        for name, way in WAYS.items()
        if name not in PER_JOB | {"accounts.sign_out"}
    }


def ask(client: SignedClient, app: Flask, name: str, way: Way, **more: Any) -> int:
    """The status of a good request."""
    methods = {m for r in app.url_map.iter_rules() if r.endpoint == name for m in r.methods or ()}
    method = next((m for m in ("PATCH", "POST", "DELETE") if m in methods), "GET")
    return client.open(way.address, method=method, json=way.json, data=way.form, **more).status_code


# Asked for a cell that is not there.
NO_SUCH = {"api_hotspots.show", "hotspots.show"}


def contents(ws: Workspace) -> dict[str, int]:
    """Rows per table; every change leaves one more in the audit."""
    with ws.read() as conn:
        return {
            t.name: conn.execute(select(func.count()).select_from(t)).scalar_one()
            for t in tables.metadata.sorted_tables
            if t.name not in NOT_CONTENT
        }


def test_every_route_is_in_the_table(app: Flask) -> None:
    private = {r.endpoint for r in app.url_map.iter_rules() if not is_public(r.endpoint)}
    assert private == set(WAYS)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("by", ["session", "token"])
def test_the_permission_table_says_who_gets_in(
    app: Flask, workspace: Workspace, client_of: ClientOf, ways: dict[str, Way], role: Role, by: str
) -> None:
    more: dict[str, Any] = {}
    client = client_of(role.value if by == "session" else None)
    if by == "token":
        _, secret = accounts.create_token(workspace, SYSTEM, role, "程序")
        more = {"headers": {"Authorization": f"Bearer {secret}"}}
        # Pages are for people; a program is nobody's and asks the API.
        ways = {name: way for name, way in ways.items() if way.address.startswith("/api/")}
    someone = Actor("x", "某人", role)
    far = {name: reach(someone, way.leave) if way.leave else Reach.ALL for name, way in ways.items()}
    before = contents(workspace)
    closed = {n: s for n in ways if far[n] is Reach.NONE and (s := ask(client, app, n, ways[n], **more)) != 403}
    assert not closed
    assert contents(workspace) == before
    open_to = {
        n: s for n in ways if far[n] is Reach.ALL and (s := ask(client, app, n, ways[n], **more)) in (401, 403, 500)
    }
    assert not open_to
    reads = {n: ask(client, app, n, ways[n], **more) for n in ways if ways[n].leave is SEE and far[n] is Reach.ALL}
    assert {s for n, s in reads.items() if n not in NO_SUCH} <= {200}
