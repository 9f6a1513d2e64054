"""Pages of 线上驿站: asked, read, printed, changed and taken in, without a script."""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.policy_files import to_document
from mapsvc.operations.policies import get_policy, list_in_force
from mapsvc.operations.policy_edits import change_policy
from mapsvc.operations.policy_imports import written
from mapsvc.operations.policy_samples import settle_policies
from tests.web.api.ways_policies import FORM, ONE

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from mapsvc.operations.workspace import Workspace
    from tests.support.client import ClientOf, SignedClient
    from tests.support.street import Street


@pytest.fixture
def street_people(workspace: Workspace) -> Street:
    from tests.support.street import build

    return build(workspace)


@pytest.fixture
def secretary(client_of: ClientOf, street_people: Street) -> SignedClient:
    return client_of("secretary")


@pytest.fixture
def chen(client_of: ClientOf, street_people: Street) -> SignedClient:
    return client_of("worker")


def name_of(client: SignedClient) -> str:
    assert client.signed is not None
    return client.signed.actor.name


def words(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub("<[^>]+>", "", page)))


def form_of(page: str) -> dict[str, str]:
    """What the big form of a page would send, as a browser without scripts does."""
    form = page.split('class="policy-form')[1].split("</form>")[0]
    sent = {
        name: html.unescape(value)
        for tag in re.findall(r"<input[^>]*>", form)
        if 'type="checkbox"' not in tag or " checked" in tag
        for name, value in [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag))]
        if name and value
        for name, value in [(name.group(1), value.group(1))]
    }
    sent |= {
        name: html.unescape(text).removeprefix("\n")
        for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL)
    }
    chosen = re.findall(r'<select[^>]*name="([^"]*)".*?<option value="([^"]*)" selected', form, re.DOTALL)
    return sent | dict(chosen)


def test_what_was_typed_is_marked_in_the_nearest_question(chen: SignedClient) -> None:
    page = chen.get("/policies?q=上幼儿园").text
    first = page.split("data-row")[1]
    assert "入园要哪些材料" in first and "<mark>" in first
    assert "区教育局当年适龄幼儿入园工作通知，2026年3月2日" in words(first)


def test_what_is_not_found_goes_to_a_person(chen: SignedClient) -> None:
    page = chen.get("/policies?q=qqqwxz").text
    assert "没有找到。这件事请人来答" in page
    assert 'href="/enquiries/new?text=qqqwxz"' in page
    found = chen.get("/policies?q=入园").text
    assert "都不是？" in found and "/enquiries/new?text=" in found


def test_each_number_opens_as_many_rows(secretary: SignedClient) -> None:
    page = secretary.get("/policies").text
    numbers = re.findall(r'href="(/policies\?[^"]*)" data-count="(\d+)"', page)
    assert len(numbers) > 10
    for address, n in numbers:
        assert secretary.get(html.unescape(address)).text.count("data-row") == int(n), address


def test_an_entry_says_everything_it_holds(chen: SignedClient, workspace: Workspace, street_people: Street) -> None:
    entry = get_policy(workspace, street_people.chen, "kindergarten").entry
    page = words(chen.get("/policies/kindergarten").text)
    said = [entry.title, entry.answer, *entry.questions, *entry.materials, *entry.steps, *entry.search_words]
    said += [c.text for c in entry.conditions] + [c.name for c in entry.counters] + [entry.source, "2026年3月2日"]
    assert [text for text in said if text not in page] == []
    assert "样例，请核对后再用" in page and "核对过了" not in page and "改这一条" not in page


def test_the_sheet_for_a_merchant_names_source_date_and_landline(
    chen: SignedClient, workspace: Workspace, street_people: Street
) -> None:
    entry = get_policy(workspace, street_people.chen, "kindergarten").entry
    for size in ("a4", "a5"):
        page = words(chen.get(f"/policies/kindergarten/print?size={size}").text)
        said = [entry.title, entry.answer, *entry.materials, *entry.steps, *entry.search_words, entry.source]
        assert [text for text in said if text not in page] == []
        assert "服务联系，不是检查" in page and "样例，请核对后再用" in page


def test_saving_the_form_as_it_stands_changes_nothing(secretary: SignedClient) -> None:
    sent = form_of(secretary.get("/policies/kindergarten/edit").text)
    answer = secretary.post("/policies/kindergarten", data=sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/policies/kindergarten?done=same")


def test_a_change_is_a_version_with_both_sides_and_can_be_taken_back(secretary: SignedClient) -> None:
    sent = form_of(secretary.get(f"{ONE}/edit").text) | {"answer": "定时交给收运单位。", "conditions.2.text": "新条件"}
    assert secretary.post(ONE, data=sent).headers["Location"] == f"{ONE}?done=saved"
    page = secretary.get(ONE).text
    told = words(page)
    assert "第2版 改了答案、条件" in told and name_of(secretary) in told
    assert "<ins>定时交给收运单位。</ins>" in page
    assert "这是以前的第1版" in secretary.get(f"{ONE}?version=1").text
    assert secretary.get(f"{ONE}?version=9").status_code == 404
    back = secretary.post(f"{ONE}/take-back", data={"version": "2", "earlier": "1"})
    assert back.status_code == 303
    assert "恢复到第1版" in secretary.get(ONE).text


def test_who_changed_it_is_not_for_everybody(secretary: SignedClient, chen: SignedClient) -> None:
    secretary.post(f"{ONE}/check", data={"version": "1"})
    name = name_of(secretary)
    assert name in words(secretary.get(ONE).text).split("改过哪些")[1]
    assert name not in words(chen.get(ONE).text).split("改过哪些")[1]


def test_a_new_entry_is_written_with_rows_of_conditions_and_counters(secretary: SignedClient) -> None:
    more = {
        "conditions.1.text": "不占通道", "conditions.1.hint_months": "9、10", "conditions.1.hint": "先看",
        "counters.2.name": "街道窗口", "counters.2.hours": "工作日", "months": "5，6",
    }  # fmt: skip
    answer = secretary.post("/policies", data=FORM | more)
    assert answer.headers["Location"] == "/policies/own_1?done=added"
    page = words(secretary.get("/policies/own_1").text)
    assert [t for t in ("弄口能停吗？", "卸货停哪里？", "不占通道", "街道窗口", "5、6月") if t not in page] == []


def test_more_rows_are_had_without_a_script_and_nothing_typed_is_lost(secretary: SignedClient) -> None:
    answer = secretary.post("/policies", data=FORM | {"more": "conditions", "conditions.1.text": "不占通道"})
    assert answer.status_code == 200
    assert answer.text.count('<legend class="third">条件') == 6
    kept = form_of(answer.text)
    assert kept["conditions.1.text"] == "不占通道" and kept["answer"] == FORM["answer"]
    assert kept["questions"].replace("\r\n", "\n") == FORM["questions"].replace("\r\n", "\n")


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(secretary: SignedClient) -> None:
    wrong = FORM | {"answer": "", "conditions.1.before": "年底", "source_date": "2026-13-01", "title": "留下的标题"}
    answer = secretary.post("/policies", data=wrong)
    assert answer.status_code == 422
    assert re.search(r'id="answer"[^>]*aria-invalid="true"', answer.text)
    assert re.search(r'id="conditions.1.text"[^>]*aria-invalid="true"', answer.text)
    assert "留下的标题" in answer.text and "缺“条件”" in answer.text


def test_after_somebody_elses_change_the_form_says_so_and_can_be_sent_again(
    secretary: SignedClient, workspace: Workspace, street_people: Street
) -> None:
    sent = form_of(secretary.get(f"{ONE}/edit").text) | {"answer": "我写的。"}
    now = to_document(get_policy(workspace, street_people.office, "waste").entry)
    change_policy(workspace, street_people.office, "waste", now | {"answer": "别人写的。"}, 1)
    answer = secretary.post(ONE, data=sent)
    assert answer.status_code == 409
    assert "别人刚改过" in answer.text and "我写的。" in answer.text
    assert secretary.post(ONE, data=form_of(answer.text)).status_code == 303
    assert get_policy(workspace, street_people.office, "waste").entry.answer == "我写的。"


def test_samples_are_checked_from_their_list(secretary: SignedClient) -> None:
    n = secretary.get("/policies?show=samples").text.count("data-row")
    answer = secretary.post(f"{ONE}/check", data={"version": "1", "back": "list"})
    assert answer.headers["Location"] == "/policies?show=samples&done=checked"
    assert secretary.get("/policies?show=samples").text.count("data-row") == n - 1


def test_put_away_it_is_found_no_more_and_can_be_had_again(secretary: SignedClient) -> None:
    secretary.post(f"{ONE}/retire", data={})
    assert "收起来了：查不到" in secretary.get(ONE).text
    assert ONE not in secretary.get("/policies?q=餐厨、装修垃圾怎么收").text.split("按主题")[0]
    secretary.post(f"{ONE}/retire", data={"again": "1"})
    assert ONE in secretary.get("/policies?q=餐厨、装修垃圾怎么收").text


@pytest.mark.parametrize("form", ["xlsx", "md"])
def test_a_file_is_looked_through_and_then_taken_in(
    secretary: SignedClient, workspace: Workspace, street_people: Street, form: str
) -> None:
    waste = get_policy(workspace, street_people.office, "waste").entry
    new = replace(waste, id="new_entry", title="另一条 <b>粗</b>")
    file = written([replace(waste, answer="定时交。\n# 不是标题"), new], form)
    looked = secretary.post("/policies/import", data={"file": (io.BytesIO(file), f"a.{form}")})
    told = words(looked.text)
    assert looked.status_code == 200 and "收进来2条" in told and "<b>粗</b>" in told
    assert get_policy(workspace, street_people.office, "waste").entry.version == 1
    entries = re.search(r'<textarea name="entries" hidden>\n(.*?)</textarea>', looked.text, re.DOTALL)
    assert entries is not None
    sent = html.unescape(entries.group(1)).replace("\n", "\r\n")
    done = secretary.post("/policies/import/take-in", data={"entries": sent})
    assert "收进来2条，马上查得到" in done.text
    assert get_policy(workspace, street_people.office, "waste").entry.answer == "定时交。\n# 不是标题"
    assert get_policy(workspace, street_people.office, "own_1").entry.title == "另一条 <b>粗</b>"
    again = secretary.post("/policies/import", data={"file": (io.BytesIO(file), f"a.{form}")})
    assert "没有要改的" in again.text


def test_a_broken_file_is_said_at_the_field(secretary: SignedClient) -> None:
    answer = secretary.post("/policies/import", data={"file": (io.BytesIO(b"PK\x03\x04"), "a.xlsx")})
    assert answer.status_code == 422 and "读不出来" in answer.text
    assert secretary.post("/policies/import", data={}).status_code == 422
    broken = "# 坏的\n- 主题：天气\n".encode()
    answer = secretary.post("/policies/import", data={"file": (io.BytesIO(broken), "a.md")})
    assert "没有收" in answer.text and "没有“天气”这个主题" in answer.text
    assert "/policies/import/take-in" not in answer.text


@pytest.mark.parametrize("name", ["all.xlsx", "all.md", "empty.xlsx", "empty.md"])
def test_files_go_out_under_their_names(secretary: SignedClient, name: str) -> None:
    answer = secretary.get(f"/policies/files/{name}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    taken = secretary.post("/policies/import", data={"file": (io.BytesIO(answer.data), name)})
    assert ("没有要改的" in taken.text) == name.startswith("all")


def test_the_desk_leads_to_what_is_to_be_said_this_month(secretary: SignedClient) -> None:
    page = secretary.get("/desk").text
    found = re.search(r'href="(/policies\?show=hints&amp;from=desk)" data-count="(\d+)"', page)
    assert found is not None
    assert secretary.get(html.unescape(found.group(1))).text.count("data-row") == int(found.group(2)) > 0


def test_the_api_answers_with_source_date_and_how_sure_it_is(
    chen: SignedClient, workspace: Workspace, street_people: Street
) -> None:
    found = chen.get("/api/v1/answers?q=明年上幼儿园要什么条件").get_json()
    first = found["items"][0]
    assert (first["id"], first["source_date"], first["question"]) == (
        "kindergarten", "2026-03-02", "明年上幼儿园要什么条件？",
    )  # fmt: skip
    assert found["is_sure"] and first["source"] and first["marks"] and first["score"] > 0
    assert {"conditions", "materials", "steps", "search_words", "counters", "valid_until", "sample_note"} <= set(first)
    nothing = chen.get("/api/v1/answers?q=qqqwxz").get_json()
    assert nothing["items"] == [] and "会有人在1个工作日里答复" in nothing["note"]
    everything = chen.get("/api/v1/answers").get_json()["items"]
    assert [one["id"] for one in everything] == [e.id for e in list_in_force(workspace, street_people.chen)]


def test_the_offices_own_file_is_looked_through_from_its_page(
    secretary: SignedClient, app: Flask, workspace: Workspace, tmp_path: Path
) -> None:
    from mapsvc.web.context import EXTENSION

    (tmp_path / "answers").mkdir()
    told = FORM | {"question": "卸货停哪里？", "id": "parking"}
    lines = [f'{name} = "{told[name]}"' for name in ("id", "topic", "question", "answer", "source")]
    text = "\n".join(["[[answers]]", *lines, f"source_date = {told['source_date']}"])
    (tmp_path / "answers" / "usual.toml").write_text(text, encoding="utf-8")
    settle_policies(workspace)
    app.extensions[EXTENSION] = replace(workspace, settings=replace(workspace.settings, layers=tmp_path))
    assert "本单位自己的文件" in secretary.get("/policies/import").text
    assert "收进来1条" in words(secretary.post("/policies/import/own", data={}).text)
    (tmp_path / "answers" / "usual.toml").write_text("[[answers", encoding="utf-8")
    assert "answers/usual.toml 没有用上" in secretary.get("/policies/import").text
