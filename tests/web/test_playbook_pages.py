"""Playbooks on pages: edited by form as new versions, handed on as files, faults beside step and field."""

from __future__ import annotations

import io
import re

import pytest

from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf, SignedClient
from tests.support.street import Street, build

PAGE = "/playbooks/dumping_spot"
RUN = {"playbook": "dumping_spot", "total": "7", "use": "2", "order_to": "甲"}
HEAD = 'id = "x1"\nname = "甲"\n[[steps]]\nphase = "upkeep"\n'


@pytest.fixture
def street(workspace: Workspace) -> Street:
    """Two shops and the corner."""
    return build(workspace)


def fields_of(page: str) -> dict[str, list[str]]:
    """What a browser would send of the form unchanged."""
    form = page[page.index('<form class="playbook-form"') : page.rindex("</form>")]
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        is_box = 'type="checkbox"' in tag
        if name and (not is_box or " checked" in tag):
            sent.setdefault(name[1], []).append(value[1] if value else "")
    for name, body in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        sent[name] = [body]
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        sent[name] = [chosen[1] if chosen else ""]
    return sent


def test_the_three_that_came_along(client: SignedClient) -> None:
    page = client.get("/playbooks").text
    assert all(name in page for name in ("垃圾死角", "雨天渗漏", "跨门经营"))
    assert "2小时内" in client.get(PAGE).text and client.get("/playbooks/nothing").status_code == 404


def test_saved_unchanged_it_makes_no_version(client: SignedClient) -> None:
    sent = fields_of(client.get(f"{PAGE}/edit").text)
    answer = client.post(PAGE, data=sent)
    assert answer.headers["Location"] == f"{PAGE}?done=same"


def test_a_changed_step_is_a_new_version(client: SignedClient) -> None:
    sent = fields_of(client.get(f"{PAGE}/edit").text)
    sent |= {
        "steps.1.limit": ["90"],
        "steps.1.unit": ["minutes"],
        "steps.8.text": ["月底碰一次头"],
        "steps.2.drop": ["1"],
    }
    assert client.post(PAGE, data=sent).headers["Location"] == f"{PAGE}?done=saved"
    page = client.get(PAGE).text
    assert "第2版" in page and "1.5小时内" in page and "月底碰一次头" in page
    assert "2小时内" in client.get(f"{PAGE}?version=1").text
    stale = client.post(PAGE, data=sent)
    assert stale.status_code == 409 and "你写的" in stale.text and "现在的第2版" in stale.text


def test_faults_stand_beside_step_and_field_and_nothing_typed_is_lost(client: SignedClient) -> None:
    sent = fields_of(client.get(f"{PAGE}/edit").text)
    sent |= {"steps.1.limit": ["两"], "steps.3.text": ["新的提示"]}
    answer = client.post(PAGE, data=sent)
    assert answer.status_code == 422 and "第1步的时限要写成数" in answer.text and "新的提示" in answer.text
    sent |= {"steps.1.limit": ["2"], "steps.3.text": [" "]}
    answer = client.post(PAGE, data=sent)
    assert answer.status_code == 422 and "第3步缺“做什么”" in answer.text


def test_a_new_one_needs_a_code_of_its_own(client: SignedClient) -> None:
    assert "再加一步" in client.get("/playbooks/new").text
    step = {
        "steps.1.text": "先看一眼",
        "steps.1.phase": "immediate",
        "steps.1.role": "worker",
        "steps.1.repeats": "once",
    }
    step |= {"steps.1.makes": "task", "steps.1.new": "1", "name": "夜间噪声"}
    taken = client.post("/playbooks", data={**step, "code": "dumping_spot"})
    assert taken.status_code == 409 and "已经是" in taken.text
    bad = client.post("/playbooks", data={**step, "code": "夜间"})
    assert bad.status_code == 422 and "小写英文字母" in bad.text
    assert client.post("/playbooks", data={**step, "code": "night_noise"}).status_code == 303
    assert "夜间噪声" in client.get("/playbooks").text


def test_the_file_goes_out_and_comes_in_changing_nothing(client: SignedClient, street: Street) -> None:
    client.post("/places/PD0001/playbook", data=RUN)
    for form in ("toml", "json"):
        file = client.get(f"{PAGE}/file.{form}")
        assert "attachment" in file.headers["Content-Disposition"]
        assert "results" in file.text and "橙子公寓" not in file.text and "王书记" not in file.text
        sent = {"file": (io.BytesIO(file.data), f"a.{form}")}
        assert client.post("/playbooks/import", data=sent).headers["Location"] == f"{PAGE}?done=same"
    changed = client.get(f"{PAGE}/file.toml").data.replace("闪电清运".encode(), "一小时清运".encode())
    for said in ("imported", "same"):
        answer = client.post("/playbooks/import", data={"file": (io.BytesIO(changed), "a.toml")})
        assert answer.headers["Location"] == f"{PAGE}?done={said}"
    assert "别处" in client.get(PAGE).text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"[[steps", "读不出来"),
        ('id = "x1"\nname = "甲"'.encode(), "至少要有一步"),
        (f'{HEAD}text = "乙"\nrole = "boss"'.encode(), "第1步“谁来做”"),
        (f'{HEAD}role = "worker"'.encode(), "第1步缺“做什么”"),
        (f'{HEAD}text = "乙"\nrole = "worker"\nowner = 3'.encode(), "owner"),
        (b"x" * 300_000, "最大256KB"),
    ],
)
def test_a_bad_file_says_which_step_and_field(client: SignedClient, content: bytes, said: str) -> None:
    answer = client.post("/playbooks/import", data={"file": (io.BytesIO(content), "a.toml")})
    assert answer.status_code == 422 and said in answer.text


def test_put_away_it_begins_no_more(client: SignedClient, street: Street) -> None:
    client.post(f"{PAGE}/retire")
    assert "已收起" in client.get("/playbooks").text
    assert client.post("/places/PD0001/playbook", data=RUN).status_code == 409
    client.post(f"{PAGE}/retire", data={"again": "1"})
    assert client.post("/places/PD0001/playbook", data=RUN).status_code == 303


def test_the_prescription_keeps_what_was_chosen(client: SignedClient, street: Street) -> None:
    page = client.get(f"{PAGE}/start?place=PD0001").text
    assert page.count('name="use"') == 7 and 'value="街道"' in page
    refused = client.post("/places/PD0001/playbook", data={**RUN, "use": ["1", "3"], "notice_until": "明天"})
    assert refused.status_code == 422 and "提示贴到哪天" in refused.text
    assert refused.text.count(" checked") == 2


def test_a_worker_reads_and_changes_nothing(client_of: ClientOf) -> None:
    worker = client_of("worker", login="小陈")
    assert worker.get(PAGE).status_code == 200
    assert worker.get(f"{PAGE}/edit").status_code == worker.post(PAGE, data={"version": "1"}).status_code == 403
