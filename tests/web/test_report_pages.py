"""周报 on its pages: typed over, kept, refused with everything typed, frozen, printed, taken away, on a wall."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
from docx import Document

from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.visits import NewVisit, record_visit
from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf, SignedClient
from tests.support.clock import FixedClock
from tests.support.street import Street, build, uid

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def week(workspace: Workspace, clock: FixedClock) -> Street:
    """Two calls and a leak this morning."""
    street = build(workspace)
    for n, shop in enumerate(("LT0001", "LT0002")):
        record_visit(workspace, street.chen, NewVisit(uid(f"v{n}"), shop, VisitKind.REGULAR, clock(), Outcome.MET))
    report_issue(workspace, street.chen, NewIssue(uid("leak"), "L0001", "吊顶滴水", shop="LT0001"))
    return street


def text(client: SignedClient, address: str) -> str:
    told = client.get(address)
    assert told.status_code == 200, address
    return told.get_data(as_text=True)


def typed(page: str) -> dict[str, str]:
    """Every field of the form as it stands."""
    boxes = re.findall(r'<textarea id="\w+" name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    return {name: unescape(value) for name, value in boxes} | {"version": version[1]}


def kept(client: SignedClient, **changed: str) -> str:
    """Save this week's report; its address."""
    told = client.post("/reports/2026-11-23_2026-11-29", data=typed(text(client, "/reports/weekly")) | changed)
    assert told.status_code == 303
    return str(told.headers["Location"])


def article(page: str) -> str:
    found = re.search(r"<article.*</article>", page, re.DOTALL)
    assert found
    return found[0]


def test_a_sentence_is_changed_and_stays_changed(client: SignedClient, week: Street) -> None:
    address = kept(client, text_next="下周<b>把</b>27号修好。")
    page = text(client, address)
    assert "下周&lt;b&gt;把&lt;/b&gt;27号修好。" in page and "改过" in page
    assert "按现在的记录是：下周案件到期1件。" in page
    assert text(client, "/reports/weekly") == page
    assert "下周&lt;b&gt;把&lt;/b&gt;27号修好。" in text(client, f"{address}/print")


def test_every_number_opens_its_list(client: SignedClient, week: Street) -> None:
    for address in ("/reports/weekly", "/reports/monthly", kept(client)):
        found = re.findall(r'data-count="(\d+)" href="([^"]+)"', text(client, address))
        assert found
        for count, href in found:
            assert text(client, unescape(href)).count("<tr data-row>") == int(count), href


def test_what_is_too_long_is_refused_and_nothing_typed_is_lost(client: SignedClient, week: Street) -> None:
    form = typed(text(client, "/reports/weekly")) | {"text_visits": "我写的。", "text_extra": "长" * 601}
    told = client.post("/reports/2026-11-23_2026-11-29", data=form)
    page = told.get_data(as_text=True)
    assert told.status_code == 422
    assert "我写的。" in page and "长" * 601 in page and "一句话最多600个字" in page
    assert "现在存着的：本周到现在走访2户次" in page


def test_who_was_slower_sees_both(client: SignedClient, client_of: ClientOf, week: Street) -> None:
    mine = typed(text(client, "/reports/weekly")) | {"text_next": "我的话。"}
    kept(client_of("office"), text_next="办公室的话。")
    told = client.post("/reports/2026-11-23_2026-11-29", data=mine)
    page = told.get_data(as_text=True)
    assert told.status_code == 409
    assert "我的话。" in page and "现在存着的：办公室的话。" in page and "刚被改过" in page
    assert 'name="version" value="1"' in page
    again = client.post("/reports/2026-11-23_2026-11-29", data=typed(page))
    assert again.status_code == 303
    assert "我的话。" in text(client, "/reports/weekly")


def test_frozen_is_the_same_for_everybody_ever_after(
    client: SignedClient, client_of: ClientOf, workspace: Workspace, week: Street, clock: FixedClock
) -> None:
    address = kept(client, act="freeze", text_next="下周见。")
    page, file = text(client, address), client.get(f"{address}/report.docx")
    assert "已定稿" in page and "下周见。" in article(page) and "定稿后又补记" not in page
    morning = clock()
    clock.advance(hours=2)
    late = NewVisit(uid("late"), "LT0002", VisitKind.REGULAR, morning, Outcome.MET)
    record_visit(workspace, week.chen, late)
    after = text(client_of("worker"), address)
    assert article(after) == article(page)
    assert "定稿后又补记1件" in after
    assert text(client, f"{address}/late").count("<tr data-row>") == 1
    assert client.get(f"{address}/report.docx").data == file.data
    assert file.content_type == DOCX
    assert "下周见。" in [p.text for p in Document(io.BytesIO(file.data)).paragraphs]
    assert article(text(client, f"{address}/print")) == article(page)
    refused = client.post(address, data={"version": "1", "text_next": "我还想改。"})
    assert refused.status_code == 409
    assert "你刚才写的没有存下" in refused.get_data(as_text=True) and "我还想改。" in refused.get_data(as_text=True)


def test_only_the_secretary_takes_a_frozen_report_back(client: SignedClient, client_of: ClientOf, week: Street) -> None:
    address = kept(client, act="freeze")
    assert "收回定稿" not in text(client_of("office"), address)
    assert client_of("office").post(f"{address}/take-back", data={"reason": "x"}).status_code == 403
    refused = client.post(f"{address}/take-back", data={"reason": ""})
    assert refused.status_code == 422 and "请写明为什么" in refused.get_data(as_text=True)
    done = client.post(f"{address}/take-back", data={"reason": "漏了一件"})
    assert done.status_code == 303
    assert "收回定稿的原因：漏了一件" in text(client, done.headers["Location"])
    assert "这份定稿已经收回：漏了一件" in text(client, address)
    assert "定稿已收回" in text(client, "/reports")


def test_five_lines_for_a_group_and_slides_without_names(client: SignedClient, week: Street) -> None:
    address = kept(client, text_extra="小陈说徐女士满意。")
    page = text(client, address)
    plain = re.search(r'<textarea id="plain"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert plain and len(plain[1].split("\n")) == 5
    slides = text(client, f"{address}/screen")
    assert "有关人员说有关人员满意。" in slides
    assert not [name for name in ("小陈", "徐女士", "锦云家纺") if name in slides]


@pytest.mark.parametrize("query", ["?from=2026-11-01", "?from=2026-11-05&until=2026-11-01"])
def test_days_that_are_no_span_are_refused(client: SignedClient, query: str) -> None:
    assert client.get(f"/reports/new{query}").status_code == 422


def test_any_days_lead_to_their_report(client: SignedClient, week: Street) -> None:
    told = client.get("/reports/new?from=2026-11-03&until=2026-11-12")
    assert told.headers["Location"] == "/reports/2026-11-03_2026-11-12"
    assert "情况报告（11月3日至12日）" in text(client, told.headers["Location"])


@pytest.mark.parametrize("key", ["0001-01-01_0001-01-07", "9999-12-27_9999-12-31", "2026-11-29_2026-11-23"])
def test_days_out_of_reach_are_refused(client: SignedClient, key: str) -> None:
    assert client.get(f"/reports/{key}").status_code == 422
    assert client.get("/figures?month=0001-01&by=month").status_code == 200


@pytest.mark.parametrize("path", ["nothing", "nothing/print", "nothing/screen", "nothing/report.docx", "nothing/late"])
def test_what_is_no_report_is_not_found(client: SignedClient, path: str) -> None:
    assert client.get(f"/reports/{path}").status_code == 404
    assert client.get("/reports/2026-11-23_2026-11-29/list?of=nothing").status_code == 404


SEEN = [("office", 200, 200), ("worker", 200, 403), ("property", 403, 403)]


@pytest.mark.parametrize(("role", "index", "draft"), SEEN)
def test_who_reads_and_who_writes(client_of: ClientOf, role: str, index: int, draft: int) -> None:
    client = client_of(role)
    assert client.get("/reports").status_code == index
    assert client.get("/reports/weekly").status_code == draft
    assert client.get("/reports/2026-11-23_2026-11-29/report.docx").status_code == draft
