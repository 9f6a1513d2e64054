"""/admin/calendar: months of working days, days entered with a note and taken back, deadlines counted anew."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from mapsvc.operations import limits
from mapsvc.operations.cases import get_case
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf, SignedClient
from tests.support.street import Street, build, uid

PAGE = "/admin/calendar"
OFF = {"day": "2026-11-24", "works": "off", "note": "街道体检"}


@pytest.fixture
def street(workspace: Workspace) -> Street:
    return build(workspace)


def text(client: SignedClient, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def test_a_month_shows_holidays_and_make_up_days(client: SignedClient, street: Street) -> None:
    page = text(client, f"{PAGE}?month=2026-10")
    assert 'aria-label="10月1日，国庆节"' in page
    assert 'aria-label="10月10日，调休上班"' in page
    assert 'aria-label="10月9日，上班"' in page
    assert 'aria-label="10月11日，休息"' in page
    assert page.count('data-day="') == 31
    assert "没有。全年照国家的放假安排。" in page


def test_one_turns_to_the_month_before_and_after_within_the_years(client: SignedClient, street: Street) -> None:
    page = text(client)
    assert "2026年11月</h2>" in page
    assert 'href="?month=2026-10" rel="prev"' in page
    assert 'href="?month=2026-12" rel="next"' in page
    assert 'aria-current="date"' in page
    assert 'rel="prev"' not in text(client, f"{PAGE}?month=2000-01")
    assert 'rel="next"' not in text(client, f"{PAGE}?month=2100-12")
    for bad in ("month=2026-13", "month=1999-12", "month=x", "day=2026-02-30", "day=x"):
        assert client.get(f"{PAGE}?{bad}").status_code == 400


def test_a_year_that_the_calendar_does_not_know_is_said(client: SignedClient, street: Street) -> None:
    said = "还没有2027年的放假安排，先按周一到周五上班算"
    assert said in text(client, f"{PAGE}?month=2027-03")
    assert said in text(client, f"{PAGE}?month=2026-11")
    assert "还没有" not in text(client, f"{PAGE}?month=2026-10")


def test_a_day_off_moves_deadlines_is_marked_and_taken_back(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    # One working day from the 23rd: the close of the 24th.
    case_id = report_issue(
        workspace, street.chen, NewIssue(uid("lamp"), "L0014", "灯坏了", shop="LT0001")
    ).found.case.id
    answer = client.post(PAGE, data=OFF)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}?month=2026-11&done=set&moved=1")
    assert get_case(workspace, street.secretary, case_id).line.found.case.due_at == datetime(
        2026, 11, 25, 9, tzinfo=UTC
    )
    page = text(client, answer.headers["Location"])
    assert "记下了。没办完的案件重新算过，1件的到期往后移了。" in page
    assert 'aria-label="11月24日，改为休息，街道体检"' in page
    assert "街道体检" in page.split('id="own-title"')[1]
    chosen = text(client, f"{PAGE}?day=2026-11-24")
    assert "现在改为休息（街道体检），本来上班" in chosen
    removed = client.post(f"{PAGE}/2026-11-24/remove")
    assert removed.headers["Location"] == f"{PAGE}?month=2026-11&done=removed&moved=0"
    assert "到期都没有变" in text(client, removed.headers["Location"])
    assert limits.list_calendar_days(workspace, street.secretary) == ()


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"day": ""}, "day", "日子要写成年、月、日"),
        ({"day": "2026-02-30"}, "day", "日子要写成年、月、日"),
        ({"day": "1026-02-03"}, "day", "年份不对"),
        ({"works": ""}, "works", "请选休息还是上班"),
        ({"works": "works"}, "works", "本来就上班，不用改"),
        ({"note": "长" * 61}, "note", "最多60个字"),
    ],
)
def test_what_is_refused_stays_typed_with_its_reason_beside_it(
    client: SignedClient, workspace: Workspace, street: Street, typed: dict[str, str], field: str, said: str
) -> None:
    sent = OFF | typed
    answer = client.post(PAGE, data=sent)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page.split('id="day-form"')[1].split("</form>")[0]
    for name in ("day", "note"):
        assert f'value="{sent[name]}"' in page
    assert limits.list_calendar_days(workspace, street.secretary) == ()


def test_a_year_nobody_knows_may_be_confirmed_and_an_entry_changed(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    assert client.post(PAGE, data={"day": "2027-03-01", "works": "works", "note": "照常"}).status_code == 303
    assert client.post(PAGE, data={"day": "2027-03-01", "works": "off", "note": ""}).status_code == 303
    entered = limits.list_calendar_days(workspace, street.secretary)
    assert [(day, works) for day, works, *_ in entered] == [(date(2027, 3, 1), False)]


def test_who_may_not(client_of: ClientOf, street: Street) -> None:
    worker = client_of("worker")
    assert worker.get(PAGE).status_code == 403
    assert worker.post(PAGE, data=OFF).status_code == 403
    assert worker.post(f"{PAGE}/2026-11-24/remove").status_code == 403
    assert client_of("admin").get(PAGE).status_code == 200
