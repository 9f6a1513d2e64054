"""用过去检验: the sentence first, every simpler way beside it, too short a past said, the button asks for the job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapsvc.app import create_app
from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.backtests import METHOD_NAMES
from mapsvc.operations.fits import refit
from tests.support.client import SignedClient
from tests.support.past import a_year, add_past

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace
    from tests.support.client import ClientOf

PAGE = "/hotspots/backtest"


def test_before_the_first_time_it_says_what_to_do(client_of: ClientOf) -> None:
    page = client_of("secretary").get(PAGE).text
    assert "还没有用过去检验过" in page
    assert "用过去再检验一次" in page


def test_a_past_too_short_is_said(workspace: Workspace, client_of: ClientOf) -> None:
    refit(workspace, SYSTEM)
    assert "至少要112天才能用过去检验" in client_of("office").get(PAGE).text


def test_the_sentence_comes_first_and_every_way_stands_beside(workspace: Workspace, client_of: ClientOf) -> None:
    add_past(workspace, a_year())
    areas = refit(workspace, SYSTEM).figures["episodes"]["methods"][0]["areas"]
    page = client_of("secretary").get(PAGE).text
    assert f"如果每期只走2%的路段，能碰上其中{areas[1]['hit_rate'] * 100:.0f}%的问题（随便走是2%）" in page
    assert all(name in page for name in METHOD_NAMES.values())
    assert page.index("如果每期") < page.index("<table") < page.index("怎么算的")
    assert "每一件都算" in page


def test_the_button_asks_for_the_job_and_leads_to_it(workspace: Workspace, client_of: ClientOf) -> None:
    client = client_of("secretary")
    answer = client.post(PAGE)
    assert answer.status_code == 303
    job = client.get(answer.headers["Location"])
    assert "用过去检验巡查优先级" in job.text


def test_a_worker_neither_sees_nor_asks(client_of: ClientOf) -> None:
    worker = client_of("worker")
    assert worker.get(PAGE).status_code == 403
    assert worker.post(PAGE).status_code == 403


def test_where_pages_of_jobs_are_not_served_the_same_page_says_it_is_coming(workspace: Workspace) -> None:
    made = create_app(workspace, "field")
    made.test_client_class = SignedClient
    client = made.test_client()
    assert isinstance(client, SignedClient)
    client.sign_in(workspace, "secretary")
    answer = client.post(PAGE)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}?asked=1")
    assert "已经排上了" in client.get(answer.headers["Location"]).text
