"""想提前知道 on the shop's page: the whole set is said, by whom it was chosen, and who may not know sees nothing."""

from __future__ import annotations

from datetime import date

import pytest

from mapsvc.domain.topic_choices import ChoiceSource
from mapsvc.operations.shop_changes import NewTenancy, change_tenancy
from mapsvc.operations.shops import find_shop
from mapsvc.operations.topic_choices import choose_within
from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf, SignedClient
from tests.support.street import Street, build, uid

TODAY = date(2026, 11, 23)
PAGE = "/shops/LT0001/topics"


@pytest.fixture
def street(workspace: Workspace) -> Street:
    return build(workspace)


def told(client: SignedClient) -> object:
    return client.get("/api/v1/shops/LT0001").get_json()["topics"]


def test_what_is_ticked_holds_and_is_said_with_who_chose_it(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    assert told(client) == []
    with workspace.write() as conn:
        shop = find_shop(conn, "LT0001", TODAY)
        choose_within(conn, street.secretary, shop, ["水电煤"], ChoiceSource.MERCHANT, workspace.clock())
    said = client.post(PAGE, data={"topic": ["子女入园", "水电煤"]})
    page = client.get(said.headers["Location"]).text
    assert "记下了" in page
    assert "店家自己选的" in page
    assert "上门时说的" in page
    assert [(one["topic"], one["source"], one["source_name"]) for one in told(client)] == [  # type: ignore[attr-defined]
        ("子女入园", "told", "上门时说的"),
        ("水电煤", "merchant", "店家自己选的"),
    ]
    client.post(PAGE, data={})
    assert told(client) == []


def test_a_topic_that_is_not_offered_is_refused_beside_the_boxes(client: SignedClient, street: Street) -> None:
    answer = client.post(PAGE, data={"topic": ["子女入园", "户籍"]})
    assert answer.status_code == 422
    assert "没有“户籍”这个话题" in answer.text
    assert told(client) == []


def test_only_who_looks_after_the_door_and_the_secretary_know(client_of: ClientOf, street: Street) -> None:
    client_of("secretary").post(PAGE, data={"topic": "子女入园"})
    for role in ("office", "worker", "committee", "volunteer", "admin"):
        client = client_of(role)
        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE, data={"topic": "水电煤"}).status_code == 403
        assert told(client) is None
        assert "子女入园" not in client.get("/api/v1/shops/LT0001").text
        assert "子女入园" not in client.get("/api/v1/search?q=子女入园").text
    assert len(told(client_of("secretary"))) == 1  # type: ignore[arg-type]


def test_with_the_shopkeeper_it_is_gone(client: SignedClient, workspace: Workspace, street: Street) -> None:
    client.post(PAGE, data={"topic": "子女入园"})
    change_tenancy(workspace, street.chen, "LT0001", 1, NewTenancy(uid("cafe"), TODAY, "新叶咖啡"))
    assert told(client) == []
    change_tenancy(workspace, street.chen, "LT0001", 2, NewTenancy(uid("none"), TODAY))
    assert told(client) is None
    assert "现在没有店家" in client.get(PAGE).text
    assert client.post(PAGE, data={"topic": "子女入园"}).status_code == 422
