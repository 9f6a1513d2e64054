"""The pages of enquiries: what stands on them for whom, what their forms do, and what a refused one keeps."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.enquiries import Channel, Enquiry
from mapsvc.operations import policies
from mapsvc.operations.cards import make_card
from mapsvc.operations.enquiries import NewEnquiry, ask_within
from mapsvc.operations.enquiry_answers import policy_words
from mapsvc.store import enquiries
from tests.support.numbers import Page
from tests.support.street import Street, build, uid

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace
    from tests.support.client import ClientOf, SignedClient
    from tests.support.clock import FixedClock

ASKED = "明年孩子上幼儿园要什么材料？"


@pytest.fixture
def street(workspace: Workspace) -> Street:
    """Two shops, a place and their people in `workspace`."""
    return build(workspace)


def ask(ws: Workspace, text: str = ASKED, **more: Any) -> Enquiry:
    """A question from the card of 27号 unless `channel` says otherwise."""
    card_id = None if "channel" in more else make_card(ws, SYSTEM, "LT0001").id
    shop = None if card_id else more.pop("shop", "LT0001")
    new = NewEnquiry(uid(text), text, ws.clock(), shop=shop, card_id=card_id, **more)
    with ws.write() as conn:
        return ask_within(conn, ws, SYSTEM, new)


def kept(ws: Workspace, one: Enquiry) -> Enquiry:
    """As it stands now."""
    with ws.read() as conn:
        found = enquiries.by_id(conn, one.id)
    assert found is not None
    return found


def post(client: SignedClient, one: Enquiry, act: str, **form: str) -> Any:
    """Send a form of an enquiry's page."""
    return client.post(f"/enquiries/{one.id}/{act}", data={"version": str(one.version)} | form)


def test_an_empty_inbox_says_what_to_do(client: SignedClient, street: Street) -> None:
    page = client.get("/enquiries").text
    assert "都答复了" in page and 'href="/enquiries/new"' in page


def test_each_number_is_as_long_as_the_list_it_opens(
    client_of: ClientOf, workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    ask(workspace)
    ask(workspace, "小学报名要什么？")
    ask(workspace, "居住证怎么续？", channel=Channel.PHONE)
    clock.advance(days=3)
    ask(workspace, "食品许可怎么办？", is_held=True)
    client = client_of("secretary")
    page = Page(client.get("/enquiries").text)
    assert {n for n, _, _ in page.counts} == {4, 3, 1}
    for n, address, said in page.counts:
        opened = Page(client.get(address.partition("#")[0]).text)
        assert opened.rows_within["open"] == n, address
        assert str(n) in said


def test_danger_is_marked_and_says_why_everybody_reads_it(
    client_of: ClientOf, workspace: Workspace, street: Street
) -> None:
    one = ask(workspace, "闻到煤气味", is_urgent=True)
    assert "可能有人身安全的危险" in client_of("secretary").get("/enquiries").text
    shown = client_of("office").get(f"/enquiries/{one.id}").text
    assert "接咨询的人都看得到" in shown and f"/enquiries/{one.id}/turn/case" in shown
    assert f"/enquiries/{one.id}/answer" not in shown


def test_an_entry_of_the_policy_base_goes_into_the_answer_with_its_source(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    one = ask(workspace)
    entry = policies.index_of(workspace).find(ASKED, 1).hits[0].entry
    page = client.get(f"/enquiries/{one.id}").text
    assert entry.title in page and f"use={entry.id}" in page
    filled = client.get(f"/enquiries/{one.id}?use={entry.id}").text
    assert entry.answer[:20] in re.search(r"<textarea.*?</textarea>", filled, re.DOTALL)[0]  # type: ignore[index]
    assert f'id="policy-id" value="{entry.id}"' in filled
    assert post(client, one, "answer", answer=policy_words(entry), policy_id=entry.id).status_code == 303
    assert kept(workspace, one).policy_id == entry.id
    assert f"来自线上驿站：{entry.title}" in client.get(f"/enquiries/{one.id}").text


def test_what_the_merchant_read_before_asking_is_told(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    entry = policies.index_of(workspace).find(ASKED, 1).hits[0].entry
    one = ask(workspace, policy_id=entry.id)
    assert f"他先看过线上驿站的“{entry.title}”，还是没解决。" in client.get(f"/enquiries/{one.id}").text
    post(client, one, "answer", answer="满三周岁。")
    assert kept(workspace, one).policy_id is None and "他先看过" not in client.get(f"/enquiries/{one.id}").text


def test_an_answer_by_chat_is_there_to_copy(client: SignedClient, workspace: Workspace, street: Street) -> None:
    one = ask(workspace, channel=Channel.CHAT)
    done = post(client, one, "answer", answer="网上就能报。")
    page = client.get(done.headers["Location"]).text
    assert "复制到微信" in page and f"您问的“{ASKED}”：\n网上就能报。" in page


def test_a_refused_answer_keeps_what_was_typed(client: SignedClient, workspace: Workspace, street: Street) -> None:
    one = ask(workspace)
    empty = post(client, one, "answer", answer="  ")
    assert empty.status_code == 422 and "答复还没有写" in empty.text
    post(client, one, "note", text="打过电话")
    stale = post(client, one, "answer", answer="满三周岁。")
    assert stale.status_code == 409 and "别人刚动过" in stale.text and "满三周岁。" in stale.text
    assert kept(workspace, one).is_open


def test_an_answer_is_taken_back_by_its_button(client: SignedClient, workspace: Workspace, street: Street) -> None:
    one = ask(workspace)
    done = post(client, one, "answer", answer="满三周岁。")
    assert "收回答复" in client.get(done.headers["Location"]).text
    back = post(client, kept(workspace, one), "take-back")
    assert back.headers["Location"].endswith("done=taken_back") and kept(workspace, one).is_open
    again = post(client, kept(workspace, one), "take-back")
    assert again.status_code == 409


def test_asking_others_and_passing_on_what_they_said(
    client: SignedClient, workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    one = ask(workspace)
    assert post(client, one, "refer", to_whom="").status_code == 422
    assert post(client, one, "refer", to_whom="招生办", due_at="2026-11-23").status_code == 303
    clock.advance(hours=9)
    assert "到时候了，问一声" in client.get("/enquiries").text
    assert post(client, kept(workspace, one), "reply", text="都可以报").status_code == 303
    box = re.search(r'<textarea id="answer-answer".*?</textarea>', client.get(f"/enquiries/{one.id}").text, re.DOTALL)
    assert box is not None and "都可以报" in box[0]


@pytest.mark.parametrize(
    ("act", "form", "said"),
    [
        ("turn/case", {"text": "滴水", "kind": "L0001"}, "转成案件"),
        ("turn/need", {"text": "查吊顶"}, "转成诉求"),
        ("turn/promise", {"text": "请人来看", "due_at": "2026-11-27"}, "转成答应的事"),
    ],
)
def test_turned_into_work_the_page_leads_to_it(
    client: SignedClient, workspace: Workspace, street: Street, act: str, form: dict[str, str], said: str
) -> None:
    one = ask(workspace)
    done = post(client, one, act, **form)
    assert done.status_code == 303
    assert said in client.get(done.headers["Location"]).text
    refused = post(client, ask(workspace, "再问一声"), act)
    assert refused.status_code == 422 and f'id="{act.partition("/")[2]}" open' in refused.text


def test_closed_and_asked_anew(client: SignedClient, workspace: Workspace, street: Street) -> None:
    one = ask(workspace)
    assert post(client, one, "close", reason="").status_code == 422
    assert post(client, one, "close", reason="问了两次").status_code == 303
    assert "不用答复" in client.get(f"/enquiries/{one.id}").text
    assert post(client, kept(workspace, one), "reopen", reason="又来问了").status_code == 303
    assert kept(workspace, one).is_open


def test_the_number_is_shown_once_on_a_page_nobody_keeps(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    one = ask(workspace, contact_name="徐女士", contact_phone="13812345678")
    page = client.get(f"/enquiries/{one.id}").text
    assert "138****5678" in page and "13812345678" not in page
    shown = post(client, one, "phone")
    assert "13812345678" in shown.text and shown.headers["Cache-Control"] == "no-store"


def test_a_chat_is_saved_as_pasted(client: SignedClient, workspace: Workspace, street: Street) -> None:
    form = client.get("/enquiries/new").text
    new_id = re.search(r'name="id" value="([^"]+)"', form)
    assert new_id is not None and "autofocus" in form
    sent = {"id": new_id[1], "text": "岚皋西路27号：孩子上幼儿园要什么？", "channel": "微信"}
    done = [client.post("/enquiries/new", data=sent) for _ in range(2)]
    assert {d.headers["Location"] for d in done} == {f"/enquiries/{new_id[1]}?done=logged"}
    with workspace.read() as conn:
        assert [(e.shop_id, e.topic) for e in enquiries.waiting(conn)] == [(uid("LT0001"), "子女入园")]


def test_what_cannot_be_saved_stays_on_the_page(client: SignedClient, street: Street) -> None:
    sent = {"text": "问一声", "channel": "微信", "shop": "LT9999"}
    refused = client.post("/enquiries/new", data=sent)
    assert refused.status_code == 422 and "没有编号为LT9999的商铺" in refused.text and "问一声" in refused.text


def test_who_logs_for_anothers_door_is_told_that_it_arrived(client_of: ClientOf, street: Street) -> None:
    done = client_of("office").post("/enquiries/new", data={"text": "27号问路灯", "channel": "电话"})
    page = client_of("office").get(done.headers["Location"]).text
    assert "已经到包联人和书记那里" in page and '/answer"' not in page


def test_the_text_says_shop_topic_and_answers_while_it_is_typed(client: SignedClient, street: Street) -> None:
    found = client.post("/enquiries/guess", data={"text": "海燕花店：孩子上幼儿园要什么材料？"}).get_json()
    assert [d["code"] for d in found["doors"]] == ["LT0002"] and found["sure"] is True
    assert found["topic"] == "子女入园" and found["answers"][0]["words"]


def test_usual_replies_are_added_changed_and_retired(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    one = ask(workspace)
    where, sent = "/enquiries/templates", {"id": uid("reply"), "title": "先说一声", "text": "明天答复您。"}
    assert client.post(where, data=sent | {"text": ""}).status_code == 422
    assert client.post(where, data=sent).status_code == 303
    assert client.post(f"{where}/{sent['id']}", data=sent | {"text": "后天答复您。"}).status_code == 303
    assert "后天答复您。" in client.get(f"/enquiries/{one.id}?use={sent['id']}").text
    gone = client.post(f"{where}/{sent['id']}/retire", data={})
    assert "撤销" in client.get(gone.headers["Location"]).text
    assert "后天答复您。" not in client.get(f"/enquiries/{one.id}").text
    assert client.post(f"{where}/{sent['id']}", data=sent).status_code == 409
    client.post(f"{where}/{sent['id']}/restore", data={})
    assert "后天答复您。" in client.get(where).text


def test_ratings_stand_on_the_enquiry_alone(client: SignedClient, workspace: Workspace, street: Street) -> None:
    from mapsvc.domain.enquiries import Rating
    from mapsvc.operations.enquiries import rate_within, thank_within

    one = ask(workspace)
    post(client, one, "answer", answer="满三周岁。")
    assert one.card_id is not None
    with workspace.write() as conn:
        rate_within(conn, SYSTEM, one.id, one.card_id, Rating.NOT, "没说清", workspace.clock() + timedelta(hours=1))
        thank_within(conn, SYSTEM, uid("thanks"), one.card_id, "谢谢你们", workspace.clock(), one.id)
    page = client.get(f"/enquiries/{one.id}").text
    assert "没帮上" in page and "没说清" in page and "谢谢你们" in page
    for elsewhere in ("/enquiries", "/figures", "/reports", "/desk", "/me"):
        told = client.get(elsewhere).text
        assert "没帮上" not in told and "没说清" not in told and "谢谢你们" not in told


def test_over_the_api_one_is_written_down_once(client: SignedClient, street: Street) -> None:
    sent = {
        "id": uid("api"),
        "text": "锦云家纺：小学报名要什么？",
        "channel": "电话",
        "at": "2026-11-23T08:55:00+08:00",
    }
    told = [client.post("/api/v1/enquiries", json=sent) for _ in range(2)]
    assert [t.status_code for t in told] == [201, 200] and told[0].get_json() == told[1].get_json()
    one = told[0].get_json()
    assert (one["topic"], one["asked_at"], one["due_at"]) == (
        "子女入学", "2026-11-23T08:55:00+08:00", "2026-11-24T17:00:00+08:00",
    )  # fmt: skip
    assert "text" not in one
    assert client.post("/api/v1/enquiries", json=sent | {"text": "别的"}).status_code == 409
    wrong = client.post("/api/v1/enquiries", json=sent | {"id": uid("b"), "channel": "联心卡"})
    assert wrong.status_code == 400 and wrong.get_json()["errors"][0]["field"] == "channel"


def test_over_the_api_each_reads_what_waits_for_them(client_of: ClientOf, workspace: Workspace, street: Street) -> None:
    ask(workspace)
    ask(workspace, "小学报名要什么？", channel=Channel.PHONE, shop="LT0002")
    told = client_of("secretary").get("/api/v1/enquiries").get_json()
    assert (told["total"], told["late"], {i["shop"] for i in told["items"]}) == (2, 0, {"LT0001", "LT0002"})
    chosen = client_of("secretary").get("/api/v1/enquiries?channel=电话").get_json()
    assert [i["text"] for i in chosen["items"]] == ["小学报名要什么？"]
    mine = client_of("worker", login="小陈").get("/api/v1/enquiries").get_json()
    assert [i["text"] for i in mine["items"]] == [ASKED]
    assert client_of("office").get("/api/v1/enquiries").status_code == 403
    assert client_of("secretary").get("/api/v1/enquiries?topic=天气").status_code == 400


def test_the_inbox_says_when_the_cards_pages_were_last_reached(
    client: SignedClient, workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    from dataclasses import replace

    from mapsvc.operations.enquiry_views import line_to_surface
    from mapsvc.operations.exchange import state

    assert line_to_surface(workspace) is None and "卡的页面" not in client.get("/enquiries").text
    linked = replace(workspace.settings, surface_url="https://cards.example", surface_key="k" * 43)
    ws = replace(workspace, settings=linked)
    assert line_to_surface(ws) == ("卡的页面还没有连上过：店主问的话，连上了才到这里。", True)
    with ws.write() as conn:
        state.write(conn, state.State().worked(clock()), clock())
    assert line_to_surface(ws) == ("卡的页面11月23日09:00取过。", False)
    clock.advance(days=1)
    assert line_to_surface(ws) == ("卡的页面11月23日09:00以后没有连上：店主新问的还没到这里。", True)


def test_a_week_counts_what_was_answered_in_time_and_names_no_words(
    client: SignedClient, workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    from mapsvc.domain.periods import week_of
    from mapsvc.domain.reports import ListId
    from mapsvc.operations import enquiry_steps, report_facts

    done, late, over = (ask(workspace, text) for text in (ASKED, "小学报名要什么？", "问错了"))
    enquiry_steps.answer(workspace, street.secretary, done.id, "可以。", done.version)
    enquiry_steps.close(workspace, street.secretary, over.id, "问错了", over.version)
    clock.advance(days=2)
    enquiry_steps.answer(workspace, street.secretary, late.id, "可以。", late.version)
    with workspace.read() as conn:
        told = report_facts.gather(workspace, conn, week_of(clock().date()), clock())
    assert sorted((i.what, i.said) for i in told.now[ListId.ENQUIRIES]) == [("咨询", "按时答复"), ("咨询", "超时答复")]
    assert told.count(ListId.ANSWERED) == 1
