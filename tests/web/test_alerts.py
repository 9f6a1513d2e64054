"""`/alerts` and its API: the inbox, one warning, accepting, dismissing, taking back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.context_events import CONTEXT_KIND_NAMES
from mapsvc.domain.issues import IssueSource
from mapsvc.operations import alerts, context_events
from mapsvc.operations.context_events import NewContext
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.workspace import Workspace
from tests.support.alerts import Told, corner, street_wide
from tests.support.client import ClientOf, SignedClient
from tests.support.numbers import Page
from tests.support.street import Street, build, uid

PHONE = "13812345678"


@pytest.fixture
def street(workspace: Workspace) -> Street:
    return build(workspace)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    detector = Told()
    monkeypatch.setattr("mapsvc.operations.detectors.DETECTORS", (detector,))
    return detector


@pytest.fixture
def secretary(app: Flask, street: Street, client_of: ClientOf) -> SignedClient:
    return client_of("secretary")


def look(ws: Workspace, told: Told, *candidates: object) -> list[str]:
    """Raise these; ids of what stands in the inbox."""
    told.say(*candidates)  # type: ignore[arg-type]
    alerts.run_alerts(ws, SYSTEM)
    return [line.alert.id for line in alerts.inbox(ws, SYSTEM).open]


def test_a_week_without_warnings_says_so(workspace: Workspace, secretary: SignedClient, told: Told) -> None:
    assert "还没有查过" in secretary.get("/alerts").text
    look(workspace, told)
    page = secretary.get("/alerts").text
    assert "这一周没有要提醒的。查了40项。" in page and "data-row" not in page


def test_the_inbox_says_why_with_figures_and_the_rest_is_folded(
    workspace: Workspace, secretary: SignedClient, told: Told
) -> None:
    signs = [
        corner(p=10**-n, name=f"P{n}", evidence={**corner().evidence, "learned": ["上次说是太小。"]})
        for n in (9, 8, 7, 6)
    ]
    (first, *_) = look(workspace, told, *signs)
    page = secretary.get("/alerts").text
    assert "本周查了40项，提醒3条，最多3条；错报比例按10%以内控制。" in page
    assert "近14天9件，平时约1.5件。" in page and "11月9日到11月22日" in page and "series-chart" in page
    assert "上次说是太小。" in page and "超出本周条数的1条" in page
    assert Page(page).rows == 3 and f'href="/alerts/{first}"' in page
    assert ("/alerts", 3) in [(href, n) for n, href, _ in Page(secretary.get("/desk").text).counts]
    assert secretary.get("/desk/alerts").text.count(f'href="/alerts/{first}"') == 1


def test_one_shows_its_reports_its_surroundings_and_how_it_was_counted(
    workspace: Workspace, street: Street, secretary: SignedClient, told: Told
) -> None:
    new = NewIssue(uid("i"), "06010", f"一堆，找{PHONE}", IssueSource.PATROL, place="PD0001")
    report = report_issue(workspace, street.chen, new)
    bins = NewContext(uid("bins"), "bins_removed", "撤桶", workspace.clock() - timedelta(days=9), place="PD0001")
    context_events.add_context(workspace, street.chen, bins)
    (one,) = look(workspace, told, corner(evidence={**corner().evidence, "issue_ids": [uid("i"), uid("gone")]}))
    page = secretary.get(f"/alerts/{one}").text
    case_id = report.found.case.id  # type: ignore[union-attr]
    words = ("一堆", "撤桶", CONTEXT_KIND_NAMES["bins_removed"], "/places/PD0001", "怎么算的")
    for part in (f'href="/cases/{case_id}"', *words):
        assert part in page
    assert f'value="{case_id}" checked' in page and "用到的记录" in page and "40件" in page
    assert secretary.get(f"/alerts/{uid('nothing')}").status_code == 404


def test_phones_are_masked_for_who_may_not_see_them(
    workspace: Workspace, street: Street, app: Flask, client_of: ClientOf, told: Told
) -> None:
    (one,) = look(workspace, told, corner(title=f"找{PHONE}", text=f"打{PHONE}"))
    for role in ("worker", "office"):
        client = client_of(role)
        for address in (
            "/alerts",
            f"/alerts/{one}",
            "/api/v1/alerts",
            f"/api/v1/alerts/{one}",
            "/api/v1/places/PD0001/history",
        ):
            answer = client.get(address)
            assert answer.status_code == 200 and PHONE not in answer.text, address
            assert "138****5678" in answer.text


def test_accepted_from_the_list_as_a_watch_and_undone(
    workspace: Workspace, secretary: SignedClient, told: Told
) -> None:
    (one,) = look(workspace, told, corner())
    answer = secretary.post(f"/alerts/{one}/accept", data={"decision": "watch", "version": "0", "form": "watch"})
    assert answer.status_code == 303 and answer.location == f"/alerts/{one}?done=watch"
    page = secretary.get(answer.location).text
    assert "关注90天，又有了会告诉你。" in page and "看办得怎样" in page and "撤回" in page
    assert secretary.post(f"/alerts/{one}/take-back", data={"version": "1"}).location.endswith("done=back")
    assert alerts.inbox(workspace, SYSTEM).open[0].alert.id == one


def test_accepted_as_a_new_case_or_into_one(workspace: Workspace, secretary: SignedClient, told: Told) -> None:
    (one, other) = look(workspace, told, corner(), corner(name="P2", p=1e-4))
    answer = secretary.post(f"/alerts/{one}/accept", data={"decision": "case", "version": "0", "words": "去看看"})
    assert answer.location.endswith("done=case")
    (case,) = secretary.get("/api/v1/cases").get_json()["items"]
    sent = {"decision": "case", "version": "0", "case": case["id"]}
    assert secretary.post(f"/alerts/{other}/accept", data=sent).location.endswith("done=attached")
    assert len(secretary.get("/api/v1/cases").get_json()["items"]) == 1


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    workspace: Workspace, secretary: SignedClient, told: Told
) -> None:
    (one,) = look(workspace, told, corner())
    answer = secretary.post(f"/alerts/{one}/dismiss", data={"reason": "other", "version": "0"})
    assert answer.status_code == 422 and "请写一句为什么放下。" in answer.text
    assert 'value="other" checked' in answer.text
    assert secretary.post(f"/alerts/{one}/dismiss", data={"version": "0"}).status_code == 422
    late = secretary.post(f"/alerts/{one}/accept", data={"decision": "noted", "version": "7"})
    assert late.status_code == 409 and "别人刚处理过" in late.text


def test_what_a_dismissal_teaches_is_said(workspace: Workspace, secretary: SignedClient, told: Told) -> None:
    (one,) = look(workspace, told, street_wide())
    assert "先关注90天" not in secretary.get(f"/alerts/{one}").text
    answer = secretary.post(f"/alerts/{one}/dismiss", data={"reason": "small", "version": "0", "words": "就几袋"})
    page = secretary.get(answer.location).text
    assert "记住了：" in page and "就几袋" in page and "事情太小" in page


def test_the_api_lists_accepts_dismisses_and_takes_back(
    workspace: Workspace, secretary: SignedClient, told: Told
) -> None:
    (one, other) = look(workspace, told, corner(), street_wide(p=1e-4))
    items = secretary.get("/api/v1/alerts?state=open").get_json()["items"]
    assert [(i["id"], i["rule"], i["place"], i["state"]) for i in items] == [
        (one, "outbreak", "PD0001", "open"), (other, "rise", None, "open"),
    ]  # fmt: skip
    assert [i["id"] for i in secretary.get("/api/v1/alerts?rule=rise").get_json()["items"]] == [other]
    assert secretary.get("/api/v1/alerts?state=none").status_code == 400
    told_back = secretary.post(f"/api/v1/alerts/{one}/accept", json={"version": 0, "decision": "case"}).get_json()
    assert told_back["state"] == "accepted" and told_back["case"] == told_back["decided_ref"]
    assert secretary.post(f"/api/v1/alerts/{one}/accept", json={"version": 0, "decision": "case"}).status_code == 409
    gone = secretary.post(f"/api/v1/alerts/{other}/dismiss", json={"version": 0, "reason": "small", "words": "小"})
    assert gone.get_json()["reason_name"] == "事情太小"
    back = secretary.post(f"/api/v1/alerts/{other}/take-back", json={"version": 1}).get_json()
    assert (back["state"], back["reason"], back["version"]) == ("open", None, 2)
