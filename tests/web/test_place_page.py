"""The place's page: what was tried there stands on it, and everything on it can be done with a form."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf, SignedClient
from tests.support.clock import FixedClock
from tests.support.street import Street, build, uid

CORNER = "/places/PD0001"
NOTICE = {
    "title": "温馨提示",
    "text": "这里不是投放点。",
    "signed": "居委会",
    "from": "2026-11-23",
    "until": "2026-12-20",
}


@pytest.fixture
def street(workspace: Workspace) -> Street:
    """Two shops and the corner."""
    return build(workspace)


def jpeg(colour: str = "grey") -> bytes:
    """A small picture."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "JPEG")
    return file.getvalue()


def begin(client: SignedClient, **more: str) -> None:
    """Start the playbook with all its steps."""
    sent = {"playbook": "dumping_spot", "total": "7", "use": [str(n) for n in range(1, 8)], "order_to": "兰凤物业"}
    answer = client.post(f"{CORNER}/playbook", data={**sent, **more})
    assert answer.status_code == 303, answer.text


def test_an_empty_place_says_what_to_do(client: SignedClient, street: Street) -> None:
    page = client.get(CORNER).text
    for words in ("橙子公寓旁空地", "这里还没有记录", "没有没办完的案件", "还没有记过", "还没有排护卫队"):
        assert words in page
    assert client.get("/places/PD9999").status_code == 404


def test_what_was_tried_stands_on_the_page(client: SignedClient, street: Street) -> None:
    begin(client)
    page = client.get(f"{CORNER}?done=run_started").text
    for words in ("垃圾死角", "第1版", "即时处置", "长效维护", "群众参与", "做过0/7步", "护卫队", "兰凤物业", "开始了"):
        assert words in page
    again = client.post(f"{CORNER}/playbook", data={"playbook": "dumping_spot", "total": "7", "use": "1"})
    assert again.status_code == 409 and "正在这里用着" in again.text


def test_a_run_is_ended_with_words(client: SignedClient, street: Street) -> None:
    begin(client)
    end = re.search(r'action="(/runs/[^"]+/end)"', client.get(CORNER).text)
    assert end
    refused = client.post(end[1], data={"outcome": " ", "back": "place"})
    assert refused.status_code == 422 and "收尾要写几句" in refused.text
    assert client.post(end[1], data={"outcome": "清掉了，没再堆。", "back": "place"}).status_code == 303
    assert "清掉了，没再堆。" in client.get(CORNER).text


def test_a_pair_of_pictures(client: SignedClient, street: Street) -> None:
    for purpose, colour in (("before", "brown"), ("after", "green")):
        sent = {"purpose": purpose, "photo": (io.BytesIO(jpeg(colour)), "corner.jpg")}
        assert client.post(f"{CORNER}/photos", data=sent).status_code == 303
    page = client.get(CORNER).text
    assert page.count("<figcaption><b>之前</b> 2026年11月23日") == page.count("<b>之后</b> 2026年11月23日") == 1
    gone = re.search(rf'action="({CORNER}/photos/[^"]+/remove)"', page)
    assert gone and client.post(gone[1]).status_code == client.post(gone[1]).status_code == 303
    assert client.get(CORNER).text.count("<figcaption><b>之前</b> 2026年11月23日") == 0
    again = {"purpose": "before", "photo": (io.BytesIO(jpeg("brown")), "corner.jpg")}
    assert client.post(f"{CORNER}/photos", data=again).status_code == 303
    assert client.get(CORNER).text.count("<figcaption><b>之前</b> 2026年11月23日") == 1
    nothing = client.post(f"{CORNER}/photos", data={"purpose": "after"})
    assert nothing.status_code == 422 and "请选照片" in nothing.text
    no_picture = client.post(f"{CORNER}/photos", data={"purpose": "after", "photo": (io.BytesIO(b"x"), "a.jpg")})
    assert no_picture.status_code == 422 and "照片“a.jpg”" in no_picture.text


def test_a_notice_is_written_printed_and_taken_down(client: SignedClient, street: Street) -> None:
    refused = client.post(f"{CORNER}/notices", data={**NOTICE, "until": "2026-11-01"})
    assert refused.status_code == 422 and "不能早于" in refused.text and "这里不是投放点" in refused.text
    assert client.post(f"{CORNER}/notices", data=NOTICE).status_code == 303
    printed = re.search(r'href="(/notices/[^"/]+)/print"', client.get(CORNER).text)
    assert printed
    for size in ("a4", "a5"):
        assert f"sign-sheet {size}" in client.get(f"{printed[1]}/print?size={size}").text
    assert client.post(printed[1], data={**NOTICE, "title": "请注意"}).status_code == 303
    assert client.post(f"{printed[1]}/taken-down", data={"back": CORNER}).headers["Location"] == CORNER
    assert "11月23日撤下" in client.get(CORNER).text
    assert client.post(printed[1], data=NOTICE).status_code == 409
    client.post(f"{printed[1]}/hang")
    assert "请注意" in client.get("/notices").text


def test_the_place_is_edited_and_a_stale_page_shows_both_sides(client: SignedClient, street: Street) -> None:
    new = {"version": "1", "name": "橙子公寓转角", "kind": "空地", "responsible_unit": "兰凤物业", "note": ""}
    assert client.post(CORNER, data=new).status_code == 303
    stale = client.post(CORNER, data={**new, "name": "别的名字"})
    assert stale.status_code == 409
    for words in ("你写的", "别的名字", "现在的", "橙子公寓转角"):
        assert words in stale.text


def test_what_happened_around_is_entered_ended_and_taken_back(client: SignedClient, street: Street) -> None:
    form = client.get("/context-events/new?place=PD0001").text
    assert "橙子公寓旁空地" in form
    sent = {"place": "PD0001", "kind": "renovation", "text": "橙子公寓装修", "from": "2026-11-01", "radius_m": "60"}
    bad = client.post("/context-events", data={**sent, "until": "2026-10-01"})
    assert bad.status_code == 422 and "橙子公寓装修" in bad.text
    assert client.post("/context-events", data=sent).headers["Location"].startswith(CORNER)
    page = client.get(CORNER).text
    assert "橙子公寓装修" in page and "11月1日起" in page and "关注中" in page
    event = re.search(r"/context-events/([0-9a-f-]{36})/end", page)
    assert event
    client.post(f"/context-events/{event[1]}/end", data={"until": "2026-11-20", "back": CORNER})
    assert "11月1日到11月20日" in client.get(CORNER).text
    gone = client.post(f"/context-events/{event[1]}/withdraw").headers["Location"]
    assert "撤回了：橙子公寓装修" in client.get(gone).text
    assert "关注中" not in client.get(CORNER).text
    client.post(f"/context-events/{event[1]}/restore", data={"back": CORNER})
    assert "橙子公寓装修" in client.get("/context-events").text


def test_what_got_better_is_watched_and_a_relapse_shows_all_that_was_tried(
    client: SignedClient, client_of: ClientOf, street: Street, clock: FixedClock
) -> None:
    begin(client)
    run = re.search(r'id="run-([0-9a-f-]{36})"', client.get(CORNER).text)
    assert run
    clock.advance(days=30)
    client = client_of("secretary")
    sent = {"result": "better", "run": run[1], "told_by": "seen", "note": "干净多了"}
    assert client.post(f"{CORNER}/check", data=sent).status_code == 303
    page = client.get(CORNER).text
    assert "回访看到好转" in page and "以前试过的办法" not in page
    clock.advance(days=50)
    client = client_of("secretary")
    report = {"id": uid("again"), "kind": "06010", "description": "又堆了", "place": "PD0001"}
    assert client.post("/api/v1/issues", json=report).status_code == 201
    page = client.get(CORNER).text
    for words in ("关注中：回访看到好转，第50天又有", "以前试过的办法都在下面", "垃圾死角", "第1版", "干净多了"):
        assert words in page


def test_it_is_entered_by_address_or_spot(client: SignedClient, street: Street) -> None:
    assert "写个门牌" in client.get("/context-events/new").text
    sent = {"kind": "works", "text": "换雨水管", "from": "2026-11-20"}
    for address, said in (("", "请填在哪里"), ("月球路3号", "月球路"), ("岚皋路99999号", "99999号")):
        answer = client.post("/context-events", data={**sent, "address": address})
        assert answer.status_code == 422 and said in answer.text and "换雨水管" in answer.text
    assert client.post("/context-events", data={**sent, "address": "岚皋路236号"}).status_code == 303
    assert client.post("/context-events", data={**sent, "lon": "121.4193", "lat": "31.2523"}).status_code == 303
    assert client.post("/context-events", data={**sent, "lon": "x", "lat": "31.2523"}).status_code == 422
    assert client.get("/context-events").text.count("<b>换雨水管</b>") == 2


def test_those_who_may_not_are_offered_nothing(client_of: ClientOf, street: Street) -> None:
    committee = client_of("committee", login="居委")
    page = committee.get(CORNER).text
    assert "用样板" not in page and "加照片" not in page
    assert (
        committee.post(f"{CORNER}/playbook", data={"playbook": "dumping_spot", "total": "7", "use": "1"}).status_code
        == 403
    )
    assert committee.post("/context-events", data={"place": "PD0001"}).status_code in (403, 422)


def test_the_picture_of_where_it_is(client: SignedClient, street: Street) -> None:
    answer = client.get(f"{CORNER}/picture.svg")
    assert answer.status_code == 200 and answer.mimetype == "image/svg+xml" and "<svg" in answer.text
