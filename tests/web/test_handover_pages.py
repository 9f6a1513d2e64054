"""顶班、交接 in the browser's forms: look first, then do it, print the sheet, take it back."""

from __future__ import annotations

import re

import pytest

from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.operations.handovers import list_handovers
from mapsvc.operations.visits import NewIssue, NewPromise, NewVisit, record_visit
from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf, SignedClient
from tests.support.clock import FixedClock
from tests.support.street import Street, build, uid

COVER = {"from": "小陈", "to": "小周", "from_day": "2026-11-24", "until": "2026-11-27"}
GOOD = {"from": "小陈", "to": "小周", "from_day": "2026-11-24", "how": "good"}


@pytest.fixture
def street(workspace: Workspace, clock: FixedClock) -> Street:
    """One street; 小陈 promised something at 27号 and reported a leak."""
    made = build(workspace)
    promise = NewPromise(uid("p"), "请物业回话 13812345678", clock())
    visit = NewVisit(
        uid("v"), "LT0001", VisitKind.REGULAR, clock(), Outcome.MET, promises=(promise,),
        issues=(NewIssue(uid("leak"), "L0001", "天花板滴水"),),
    )  # fmt: skip
    record_visit(workspace, made.chen, visit)
    return made


def test_one_sees_what_moves_before_anything_does(client: SignedClient, workspace: Workspace, street: Street) -> None:
    page = client.get("/admin/handover", query_string=COVER).get_data(as_text=True)
    assert "小陈的1户，11月24日到11月27日由小周来走" in page
    assert "答应的事1件，没办完的1件" in page
    for word in ("岚皋西路27号", "锦云家纺", "请物业回话", "11月23日前", "渗漏"):
        assert word in page
    assert "13812345678" not in page
    assert list_handovers(workspace, street.secretary) == ()


@pytest.mark.parametrize("form", [COVER, GOOD], ids=["days", "good"])
def test_done_it_offers_the_sheet_and_the_way_back(
    client: SignedClient, workspace: Workspace, street: Street, form: dict[str, str]
) -> None:
    done = client.post("/admin/handover", data=form)
    assert done.status_code == 303
    page = client.get(done.headers["Location"]).get_data(as_text=True)
    assert "交好了：小陈的门11月24日" in page
    [made] = list_handovers(workspace, street.secretary)
    sheet = client.get(f"/admin/handover/{made.handover.id}/print").get_data(as_text=True)
    for word in ("小陈交给小周", "岚皋西路27号", "请物业回话", "锦云家纺"):
        assert word in sheet
    assert not re.search(r"\d{11}", sheet)
    assert "徐女士" not in sheet
    back = client.post(f"/admin/handover/{made.handover.id}/undo")
    page = client.get(back.headers["Location"]).get_data(as_text=True)
    assert "已撤销，小陈的门和没交过一样" in page
    assert client.post(f"/admin/handover/{made.handover.id}/undo").status_code == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"from": ""}, "from"), ({"from": "小王"}, "from"), ({"to": ""}, "to"), ({"to": "小陈"}, "to"),
        ({"from_day": "明天"}, "from_day"), ({"until": ""}, "until"), ({"until": "2026-11-20"}, "until"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(
    client: SignedClient, workspace: Workspace, street: Street, change: dict[str, str], field: str
) -> None:
    for ask in (
        client.get("/admin/handover", query_string=COVER | change),
        client.post("/admin/handover", data=COVER | change),
    ):
        page = ask.get_data(as_text=True)
        assert ask.status_code == 422
        assert f'id="{field}-error"' in page
        assert change.get("from_day", 'value="2026-11-24"') in page
    assert list_handovers(workspace, street.secretary) == ()


def test_a_worker_gives_the_own_doors_for_some_days_and_no_more(
    client_of: ClientOf, workspace: Workspace, street: Street
) -> None:
    worker = client_of("worker", login="小陈")
    page = worker.get("/admin/handover").get_data(as_text=True)
    assert re.findall(r"<option[^>]*>([^<]+)</option>", page.partition('id="to"')[0]) == ["小陈"]
    assert "长期交接" not in page
    assert worker.post("/admin/handover", data=COVER).status_code == 303
    for not_theirs in (GOOD, COVER | {"from": "小周", "to": "小陈", "from_day": "2026-12-01", "until": "2026-12-01"}):
        assert worker.post("/admin/handover", data=not_theirs).status_code == 403


def test_the_ledger_and_the_accounts_lead_there(client: SignedClient, street: Street) -> None:
    for page in ("/ledger", "/admin/people"):
        assert 'href="/admin/handover"' in client.get(page).get_data(as_text=True)
