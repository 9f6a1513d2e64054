"""办结公示 on its pages: sentences ticked, a sheet in large type, withdrawn and back; nothing is written by looking."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, insert, select

from mapsvc.operations.workspace import Workspace
from mapsvc.store import tables as t
from tests.support.client import ClientOf, SignedClient
from tests.support.street import Street, build, uid
from tests.web.test_cards import of

SPAN = {"from": "2026-10-01", "until": "2026-10-31"}
KEPT = "答应大家的事到期1件，都办到了。"


@pytest.fixture
def street(workspace: Workspace) -> Street:
    street = build(workspace)
    day = datetime(2026, 10, 20, 2, tzinfo=UTC)
    with workspace.write() as conn:
        values = {"id": uid("p"), "shop_id": uid("LT0001"), "text": "给徐女士修门", "promised_at": day}
        conn.execute(insert(t.promise).values(**values, due_at=day, kept_at=day))
        asked = {"id": uid("e"), "shop_id": uid("LT0001"), "text": "徐女士问", "asked_at": day, "answered_at": day}
        conn.execute(insert(t.enquiry).values(**asked, answer="好了", topic="子女入园"))
    return street


def sheets(ws: Workspace) -> int:
    with ws.read() as conn:
        return int(conn.execute(select(func.count()).select_from(t.street_sheet)).scalar_one())


def test_last_month_is_laid_out_and_looking_keeps_nothing(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    page = client.get("/street-sheets").text
    assert "2026年10月办结公示" in page
    assert KEPT in page
    assert "各类咨询 几条，都已答复。" in page
    assert "徐女士" not in page
    assert sheets(workspace) == 0


def test_a_sheet_holds_what_was_ticked_and_is_printed_again(workspace: Workspace, street: Street) -> None:
    client = of(workspace, "secretary", office_phone="021-60001234")
    made = client.post("/street-sheets", data=SPAN | {"id": uid("sheet"), "keep": "promises"})
    assert made.status_code == 303
    again = client.post("/street-sheets", data=SPAN | {"id": uid("sheet"), "keep": "promises"})
    assert (again.headers["Location"], sheets(workspace)) == (made.headers["Location"], 1)
    page = client.get(made.headers["Location"]).text
    assert KEPT in page
    assert "都已答复" not in page
    assert "021-60001234" in page
    assert "服务联系，不是检查" in page
    assert 'id="print"' in page


@pytest.mark.parametrize(
    ("sent", "told"),
    [({}, "至少勾一句"), ({"keep": "promises", "from": "2027-01-01", "until": "2027-01-31"}, "还没到"),
     ({"keep": "promises", "from": "10月", "until": ""}, "日期要写成"),
     ({"keep": "promises", "from": "2026-10-31", "until": "2026-10-01"}, "不能早于")],
)  # fmt: skip
def test_what_cannot_be_a_sheet_is_said(
    client: SignedClient, workspace: Workspace, street: Street, sent: dict[str, str], told: str
) -> None:
    answer = client.post("/street-sheets", data=SPAN | sent)
    assert answer.status_code == 422
    assert told in answer.text
    assert sheets(workspace) == 0


def test_it_is_withdrawn_and_back(client: SignedClient, street: Street) -> None:
    where = client.post("/street-sheets", data=SPAN | {"keep": "promises"}).headers["Location"]
    gone = client.post(f"{where}/withdraw")
    page = client.get(gone.headers["Location"]).text
    assert "撤下了，别处贴着的请一起揭下来。" in page
    assert "这张已经撤下" in client.get(where).text
    back = re.search(r'action="(/street-sheets/[^"]+/restore)"', page)
    assert back is not None
    assert client.post(back[1]).status_code == 303
    assert "这张已经撤下" not in client.get(where).text


def test_workers_see_sheets_alone(client: SignedClient, client_of: ClientOf, street: Street) -> None:
    where = client.post("/street-sheets", data=SPAN | {"keep": "promises"}).headers["Location"]
    worker = client_of("worker")
    page = worker.get("/street-sheets").text
    assert where in page
    assert not [word for word in ("做一张", "撤下", "checkbox") if word in page]
    assert worker.get(where).status_code == 200
    assert worker.post("/street-sheets", data=SPAN | {"keep": "promises"}).status_code == 403
    assert client_of("volunteer").get("/street-sheets").status_code == 403
