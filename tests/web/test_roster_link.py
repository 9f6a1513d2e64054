"""The guard team's link: joined without an account, nobody's name but the own, given back by the same browser."""

from __future__ import annotations

import re

import pytest

from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf, SignedClient
from tests.support.clock import FixedClock
from tests.support.street import Street, build

ROSTER = {
    "name": "转角护卫队", "meet_at": "弄口", "from": "2026-11-24", "until": "2026-11-26", "wanted": "2",
    "shifts": ["morning", "evening"], "morning_from": "7", "morning_until": "8", "evening_from": "19",
    "evening_until": "20",
}  # fmt: skip


@pytest.fixture
def street(workspace: Workspace) -> Street:
    """Two shops and the corner."""
    return build(workspace)


@pytest.fixture
def links(client: SignedClient, street: Street) -> tuple[str, str]:
    """The office's page and the public one."""
    assert client.post("/places/PD0001/rosters", data=ROSTER).status_code == 303
    own = re.search(r'href="(/rosters/[^"]+)"', client.get("/places/PD0001").text)
    assert own
    link = re.search(r'link-box">[^<]*(/g/[^<]+)<', client.get(own[1]).text)
    assert link
    return own[1], link[1]


def slots_of(page: str) -> list[str]:
    """Ids of the slots on the link's page."""
    return re.findall(r'id="s-([0-9a-f-]{36})"', page)


def test_a_stranger_joins_and_gives_back(client: SignedClient, client_of: ClientOf, links: tuple[str, str]) -> None:
    own, link = links
    one, two, three = client_of(None), client_of(None), client_of(None)
    page = one.get(link)
    assert page.status_code == 200 and len(page.data) < 100_000 and "弄口" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer" and page.headers["Cache-Control"] == "no-store"
    slots = slots_of(page.text)
    assert len(slots) == 6 and page.text.count("还缺2人") == 6
    assert one.post(f"{link}/join", data={"slot": slots[0], "name": "三楼张阿姨"}).status_code == 303
    assert one.post(f"{link}/join", data={"slot": slots[0], "name": "三楼张阿姨"}).status_code == 303
    assert "您来（三楼张阿姨）" in one.get(link).text
    seen = two.get(link).text
    assert "还缺1人" in seen and "张阿姨" not in seen
    two.post(f"{link}/join", data={"slot": slots[0], "name": "老李"})
    full = three.post(f"{link}/join", data={"slot": slots[0], "name": "小王"})
    assert full.status_code == 409 and "刚好够人" in full.text
    assert "三楼张阿姨" in client.get(own).text and "够人的1班" in client.get(own).text
    three.post(f"{link}/leave", data={"slot": slots[0]})
    assert "够人的1班" in client.get(own).text
    two.post(f"{link}/leave", data={"slot": slots[0]})
    assert "还缺1人" in three.get(link).text and "老李" not in client.get(own).text


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "写个称呼"), ("a" * 20, "最多12个字"), ("13812345678", "不用写电话"), ("<b>", "不能用的符号")],
)
def test_a_nickname_that_is_none_is_refused_beside_the_field(
    client_of: ClientOf, links: tuple[str, str], name: str, said: str
) -> None:
    stranger = client_of(None)
    slot = slots_of(stranger.get(links[1]).text)[0]
    answer = stranger.post(f"{links[1]}/join", data={"slot": slot, "name": name})
    assert answer.status_code == 422 and said in answer.text and "<details open>" in answer.text


def test_rain_calls_off_a_day_and_says_so(client: SignedClient, client_of: ClientOf, links: tuple[str, str]) -> None:
    own, link = links
    assert client.post(f"{own}/cancel", data={"day": "2026-11-25", "reason": ""}).status_code == 422
    assert client.post(f"{own}/cancel", data={"day": "2026-11-25", "reason": "下大雨"}).status_code == 303
    page = client_of(None).get(link).text
    assert page.count("这班取消了：下大雨") == 2
    assert "排了4班，够人的0班，取消2班" in client.get("/places/PD0001").text
    slot = slots_of(page)[2]
    refused = client_of(None).post(f"{link}/join", data={"slot": slot, "name": "老李"})
    assert refused.status_code == 409 and "下大雨" in refused.text
    client.post(f"{own}/restore", data={"day": "2026-11-25"})
    assert "取消了" not in client_of(None).get(link).text


def test_the_secretary_takes_somebody_off(client: SignedClient, client_of: ClientOf, links: tuple[str, str]) -> None:
    own, link = links
    stranger = client_of(None)
    stranger.post(f"{link}/join", data={"slot": slots_of(stranger.get(link).text)[0], "name": "老李"})
    sign_up = re.search(r'name="sign_up" value="([^"]+)"', client.get(own).text)
    assert sign_up
    assert client.post(f"{own}/remove", data={"sign_up": sign_up[1]}).status_code == 303
    assert "老李" not in client.get(own).text and "您来" not in stranger.get(link).text


def test_what_leads_nowhere(
    client: SignedClient, client_of: ClientOf, links: tuple[str, str], clock: FixedClock
) -> None:
    own, link = links
    stranger = client_of(None)
    assert stranger.get("/g/nothing").status_code == stranger.get(f"{link}x").status_code == 404
    assert stranger.get(own).status_code == 302
    other = stranger.post(f"{link}/join", data={"slot": "0" * 36, "name": "老李"})
    assert other.status_code == 404
    slot = slots_of(stranger.get(link).text)[0]
    client.post(f"{own}/close")
    assert "已经结束" in stranger.get(link).text
    assert stranger.post(f"{link}/join", data={"slot": slot, "name": "老李"}).status_code == 409
    client.post(f"{own}/close", data={"again": "1"})
    clock.advance(days=2)
    late = stranger.post(f"{link}/join", data={"slot": slot, "name": "老李"})
    assert late.status_code == 409 and "过去了" in late.text
    other_site = {"Sec-Fetch-Site": "cross-site"}
    assert stranger.post(f"{link}/join", data={"slot": slot, "name": "老李"}, headers=other_site).status_code == 403
