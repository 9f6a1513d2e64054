"""记一笔: the spot in words, the kind suggested, what is open nearby first, nothing typed lost, filed once."""

from __future__ import annotations

import io
import re
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from mapsvc.operations.workspace import Workspace
from mapsvc.store import tables as t
from mapsvc.web.security import largest_body
from tests.support import pictures
from tests.support.client import ClientOf, SignedClient
from tests.support.street import Street, build

NEW = "/issues/new"
WORDS = "墙角堆了三袋垃圾，挡了路"
LITTER = "06010"


@pytest.fixture
def street(workspace: Workspace) -> Street:
    """Two shops and the corner."""
    return build(workspace)


def sent(**more: Any) -> dict[str, Any]:
    """A form for the first shop, good as it is."""
    return {"id": str(uuid4()), "shop": "LT0001", "text": WORDS, "kind": LITTER, "source": "app"} | more


def filed(ws: Workspace) -> int:
    """How many issues there are."""
    with ws.read() as conn:
        return conn.execute(select(func.count()).select_from(t.issue)).scalar_one()


def file(client: SignedClient, **more: Any) -> str:
    """File one; its case's address."""
    answer = client.post(NEW, data=sent(**more))
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].partition("?")[0]


def test_the_spot_is_said_in_words(client: SignedClient, street: Street) -> None:
    assert "LT0001" in client.get(f"{NEW}?shop=LT0001").text
    assert "橙子公寓旁空地" in client.get(f"{NEW}?place=PD0001").text
    page = client.get(f"{NEW}?lon=121.4197&lat=31.2502").text
    assert "附近</h1>" in page and 'name="lon" value="121.4197000"' in page


def test_without_a_spot_one_is_looked_for(client: SignedClient, street: Street) -> None:
    page = client.get(NEW).text
    assert "先说在哪里" in page and 'href="/?report=1"' in page
    assert 'href="/issues/new?shop=LT0001"' in client.get(f"{NEW}?q=LT0001").text
    assert "没有找到" in client.get(f"{NEW}?q=qqqqqq").text


@pytest.mark.parametrize(
    ("query", "status"),
    [("shop=LT9999", 404), ("place=PD9999", 404), ("lon=x&lat=1", 422), ("lon=nan&lat=nan", 422), ("lon=0&lat=0", 422)],
)
def test_a_spot_that_is_none_leads_to_the_search(client: SignedClient, street: Street, query: str, status: int) -> None:
    answer = client.get(f"{NEW}?{query}")
    assert answer.status_code == status
    assert 'role="alert"' in answer.text and 'name="q"' in answer.text


def test_it_is_filed_and_leads_to_its_case(client: SignedClient, workspace: Workspace, street: Street) -> None:
    case = file(client, severity="serious", photo=(io.BytesIO(pictures.jpeg()), "a.jpg"))
    page = client.get(f"{case}?done=reported").text
    for words in (WORDS, "严重", "报上了", "/photos/"):
        assert words in page


def test_sent_twice_it_is_one(client: SignedClient, workspace: Workspace, street: Street) -> None:
    form = sent()
    first, second = (client.post(NEW, data=form) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert filed(workspace) == 1


def test_the_server_suggests_a_kind_where_none_was_chosen(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    answer = client.post(NEW, data=sent(kind="", text="楼上漏水"))
    assert answer.status_code == 422 and filed(workspace) == 0
    assert re.search(r'<option value="L0001" selected>', answer.text)
    assert "先选上了" in answer.text and "楼上漏水</textarea>" in answer.text
    nothing = client.post(NEW, data=sent(kind="", text=""))
    assert nothing.status_code == 422 and "写几个字，或选一类" in nothing.text


def test_what_is_open_nearby_comes_first(client: SignedClient, workspace: Workspace, street: Street) -> None:
    file(client)
    answer = client.post(NEW, data=sent(shop="LT0002", text="又堆了两袋", severity="minor"))
    assert answer.status_code == 409 and filed(workspace) == 1
    asked = ("附近已经有1件没办完的", WORDS, "今天报的", "并到这一件", "不是一回事，照样新报")
    assert all(words in answer.text for words in (*asked, "又堆了两袋</textarea>"))
    assert f'<option value="{LITTER}" selected>' in answer.text
    assert re.search(r'value="minor" checked', answer.text)
    # Another kind is another thing.
    assert client.post(NEW, data=sent(kind="L0001", text="漏水")).status_code == 303


def test_one_joins_what_is_there(client_of: ClientOf, workspace: Workspace, street: Street) -> None:
    case = file(client_of("secretary"))
    worker = client_of("worker")
    form = sent(text="又堆了两袋")
    assert "请在下面再选一次" in worker.post(NEW, data=form | {"photo": (io.BytesIO(pictures.jpeg()), "a.jpg")}).text
    form["join"] = case.removeprefix("/cases/")
    for _ in range(2):
        answer = worker.post(NEW, data=form | {"photo": (io.BytesIO(pictures.jpeg()), "a.jpg")})
        assert answer.headers["Location"] == f"{case}?done=joined"
    assert filed(workspace) == 2
    page = worker.get(case).text
    assert "又堆了两袋" in page and "/photos/" in page


def test_one_files_it_all_the_same(client: SignedClient, workspace: Workspace, street: Street) -> None:
    case = file(client)
    assert file(client, apart="1") != case
    assert filed(workspace) == 2


def test_a_case_that_is_over_meanwhile_loses_no_report(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    answer = client.post(NEW, data=sent(join=str(uuid4())))
    assert answer.status_code == 303 and answer.headers["Location"].endswith("?done=reported")
    assert filed(workspace) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no picture", "照片“a.jpg”"),
        (b"\xff\xd8" + bytes(400_000), "太大"),
        (pictures.bomb(30_000, 30_000), "照片“a.jpg”"),
    ],
    ids=["no picture", "too large", "30000x30000"],
)
def test_a_bad_picture_is_refused_beside_its_field_and_the_words_stay(
    client: SignedClient,
    workspace: Workspace,
    street: Street,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    said: str,
) -> None:
    # A form of 40 MB comes through to the field; here a smaller one is too large already.
    assert largest_body(NEW, is_form=True) > 40 * 1024 * 1024
    monkeypatch.setattr("mapsvc.web.uploads.LARGEST_PHOTO", 300_000)
    answer = client.post(NEW, data=sent(photo=(io.BytesIO(content), "a.jpg")))
    assert answer.status_code == 422 and filed(workspace) == 0
    assert said in answer.text and 'id="photo-said"' in answer.text
    assert f"{WORDS}</textarea>" in answer.text and f'<option value="{LITTER}" selected>' in answer.text


@pytest.mark.parametrize(
    "wrong", [{"kind": "nonsense"}, {"text": "字" * 2001}, {"severity": "huge"}, {"source": "nobody"}]
)
def test_what_is_wrong_stands_beside_its_field(
    client: SignedClient, workspace: Workspace, street: Street, wrong: dict[str, str]
) -> None:
    answer = client.post(NEW, data=sent(**wrong))
    assert answer.status_code == 422 and filed(workspace) == 0
    assert f'id="{next(iter(wrong))}-said" role="alert"' in answer.text


def test_a_form_without_its_spot_keeps_nothing_from_nowhere(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    answer = client.post(NEW, data=sent(shop=""))
    assert answer.status_code == 422 and "先说在哪里" in answer.text


def test_one_that_was_taken_back_is_not_written_again(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    form = sent()
    assert client.post(NEW, data=form).status_code == 303
    assert client.delete(f"/api/v1/issues/{form['id']}").status_code == 200
    answer = client.post(NEW, data=form)
    assert answer.status_code == 409 and "撤回过了" in answer.text


@pytest.mark.parametrize(
    ("role", "status"),
    [("worker", 200), ("office", 200), ("committee", 200), ("volunteer", 200), ("property", 403), ("admin", 403)],
)
def test_who_may_report_sees_the_form(client_of: ClientOf, street: Street, role: str, status: int) -> None:
    client = client_of(role)
    answer = client.get(f"{NEW}?shop=LT0001")
    assert answer.status_code == status
    assert "轻重（可不选）" not in answer.text or role == "office"
    if status == 200:
        assert client.get(file(client)).status_code == 200


def test_values_that_come_twice_do_no_harm(client: SignedClient, workspace: Workspace, street: Street) -> None:
    form = MultiDict([*sent().items(), ("text", "<b>x</b>"), ("kind", "")])
    assert client.post(NEW, data=form).status_code in (303, 422)
