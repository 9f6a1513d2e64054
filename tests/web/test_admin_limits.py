"""/admin/limits: every kind with what holds and what was shipped; changed, kept when refused, reset."""

from __future__ import annotations

import pytest

from mapsvc.domain.cases import Severity
from mapsvc.domain.clock import DAY_MIN, Limit, LimitCalendar
from mapsvc.domain.kinds import KINDS
from mapsvc.operations import limits
from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf, SignedClient
from tests.support.street import Street, build

RUBBISH = "/admin/limits/06010"


@pytest.fixture
def street(workspace: Workspace) -> Street:
    return build(workspace)


def own(ws: Workspace, street: Street, kind: str = "06010") -> dict[Severity | None, Limit]:
    lines = limits.list_limits(ws, street.secretary)
    return {line.severity: line.limit for line in lines if line.kind.code == kind and line.is_own}


def test_every_kind_stands_there_by_family_with_what_was_shipped(client: SignedClient, street: Street) -> None:
    page = client.get("/admin/limits").get_data(as_text=True)
    for kind in KINDS:
        assert page.count(f'href="/admin/limits/{kind.code}"') == 1
        assert page.count(f">{kind.family}</h2>") == 1
    assert "4小时（工作时）" in page
    assert "严重 2小时（自然时）" in page
    assert "改过" not in page


def test_a_change_is_shown_with_what_was_shipped_and_taken_back(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    answer = client.post(RUBBISH, data={"calendar": "clock", "limit": "1.5"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{RUBBISH}?done=set")
    assert own(workspace, street) == {None: Limit(LimitCalendar.CLOCK, 90)}
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "从现在起上报、分级、重开的按新的算" in page
    assert "1小时30分（自然时）" in page
    assert "出厂时是4小时（工作时）" in page
    assert 'value="1.5"' in page
    assert client.get("/admin/limits").get_data(as_text=True).count('class="chip-quiet">改过') == 1
    assert client.post(f"{RUBBISH}/reset").headers["Location"] == f"{RUBBISH}?done=reset"
    assert own(workspace, street) == {}
    assert "恢复出厂了" in client.get(f"{RUBBISH}?done=reset").get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "limit"),
    [
        ({"calendar": "working_days", "limit": "3"}, Limit(LimitCalendar.WORKING_DAYS, 3 * DAY_MIN)),
        ({"calendar": "working_hours", "limit": "０.５"}, Limit(LimitCalendar.WORKING_HOURS, 30)),
        ({"calendar": "clock", "limit": ""}, Limit(LimitCalendar.CLOCK, None)),
    ],
)
def test_a_severity_has_one_of_its_own_in_any_calendar(
    client: SignedClient, workspace: Workspace, street: Street, typed: dict[str, str], limit: Limit
) -> None:
    assert client.post(RUBBISH, data={"severity": "minor", **typed}).status_code == 303
    assert own(workspace, street) == {Severity.MINOR: limit}
    page = client.get(RUBBISH).get_data(as_text=True)
    assert "出厂时没有另定" in page
    assert client.post(f"{RUBBISH}/reset", data={"severity": "minor"}).status_code == 303
    assert "没有另定，按“不论轻重”的：4小时（工作时）" in client.get(RUBBISH).get_data(as_text=True)


@pytest.mark.parametrize(
    ("calendar", "limit", "said"),
    [
        ("clock", "0", "时限要大于0"),
        ("clock", "-3", "时限要大于0"),
        ("clock", "99999", "最长一年"),
        ("working_hours", "3000", "最长一年"),
        ("working_days", "367", "最长一年"),
        ("working_days", "1.5", "工作日要写整天"),
        ("clock", "四", "要写几小时"),
        ("clock", "nan", "要写几小时"),
        ("clock", "1e99", "最长一年"),
        ("clock", "0.001", "要写几小时"),
        ("", "4", "请选按什么算"),
    ],
)
def test_what_is_refused_stays_typed_with_its_reason_beside_it(
    client: SignedClient, workspace: Workspace, street: Street, calendar: str, limit: str, said: str
) -> None:
    answer = client.post(RUBBISH, data={"severity": "serious", "calendar": calendar, "limit": limit})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    form = page.split('id="level-serious" open')[1].split("</details>")[0]
    assert said in form
    assert f'value="{limit}"' in form
    assert page.count('role="alert"') == 1
    assert own(workspace, street) == {}


def test_no_such_kind_no_such_severity_and_who_may_not(client: SignedClient, client_of: ClientOf) -> None:
    assert client.get("/admin/limits/nonsense").status_code == 404
    assert client.post("/admin/limits/nonsense", data={"calendar": "clock", "limit": "1"}).status_code == 404
    assert client.post(RUBBISH, data={"severity": "awful", "calendar": "clock", "limit": "1"}).status_code == 422
    assert client_of("worker").get("/admin/limits").status_code == 403
    assert client_of("worker").post(RUBBISH, data={"calendar": "clock", "limit": "1"}).status_code == 403


def test_the_ledger_page_leads_there_for_those_who_may(client_of: ClientOf) -> None:
    for role, leads in (("secretary", True), ("office", True), ("admin", True), ("worker", False)):
        page = client_of(role).get("/ledger").get_data(as_text=True)
        assert ('href="/admin/limits"' in page) is ('href="/admin/calendar"' in page) is leads
