"""以往同类 on the page of a case: said from five on, and each number opens its list."""

from datetime import timedelta

from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf
from tests.support.numbers import Page


def closed(ws: Workspace, count: int, kind: str = "L0001") -> str:
    """As many closed cases of a kind as `count`, and one in hand; its id."""
    from mapsvc.domain.cases import CaseState
    from mapsvc.operations.cases import move_case
    from mapsvc.operations.issues import NewIssue, Reported, Spot, report_issue
    from mapsvc.store.ids import of
    from tests.support.accounts import signed_in

    who = signed_in(ws, "secretary").actor
    case_id = ""
    for n in range(count + 1):
        spot = Spot(121.4142 + n * 1e-5, 31.2462)
        done = report_issue(
            ws, who, NewIssue(of("past", n), kind, f"第{n}处", at=ws.clock() - timedelta(days=n), position=spot)
        )
        assert isinstance(done, Reported)
        case_id = done.found.case.id
        if n < count:
            for i, to in enumerate((CaseState.DISPATCHED, CaseState.HANDLING, CaseState.VERIFYING, CaseState.CLOSED)):
                move_case(ws, who, case_id, to, "", i + 1)
    return case_id


def test_numbers_open_their_lists(workspace: Workspace, client_of: ClientOf) -> None:
    case_id = closed(workspace, 6)
    client = client_of("secretary")
    page = client.get(f"/cases/{case_id}").text
    assert "以往同类" in page
    assert f'data-count="6" href="/cases/{case_id}/past"' in page
    assert Page(client.get(f"/cases/{case_id}/past").text).rows == 6


def test_below_five_nothing_is_said(workspace: Workspace, client_of: ClientOf) -> None:
    case_id = closed(workspace, 4)
    client = client_of("secretary")
    assert "以往同类" not in client.get(f"/cases/{case_id}").text
    page = client.get(f"/cases/{case_id}/past")
    assert page.status_code == 200 and "不到5件" in page.text


def test_what_shops_were_asked_is_not_for_the_committee(workspace: Workspace, client_of: ClientOf) -> None:
    case_id = closed(workspace, 6, "09005")
    client = client_of("committee")
    assert Page(client.get(f"/cases/{case_id}/past").text).rows == 0
