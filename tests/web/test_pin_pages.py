"""指定要去, 巡查轻重 and 不方便的时间 as pages: written down, refused beside the field, ended, taken back."""

import re

import pytest

from mapsvc.operations import quiet_hours
from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf, SignedClient
from tests.support.street import Street, build, uid

PINS, WEIGHTS, QUIET = "/patrol/pins", "/admin/patrol", "/shops/LT0001/quiet-hours"
PINNED = {"id": uid("pin"), "where": "LT0001", "from": "2026-11-30", "text": "门口积水", "must": "1"}

pytestmark = pytest.mark.usefixtures("street")


@pytest.fixture
def street(workspace: Workspace) -> Street:
    """27号 and 29号 with their people."""
    return build(workspace)


def test_a_pin_is_written_down_ended_and_taken_up_again(client: SignedClient) -> None:
    assert "现在没有指定的地方" in client.get(PINS).text
    assert client.post(PINS, data=PINNED).headers["Location"] == f"{PINS}?done=pinned"
    page = client.get(f"{PINS}?done=pinned").text
    assert "门口积水" in page
    assert "必到" in page
    assert "指定好了" in page
    to = client.post(f"{PINS}/{PINNED['id']}/end").headers["Location"]
    page = client.get(to).text
    assert "不再指定了" in page
    assert "门口积水" not in page
    assert client.post(f"{PINS}/{PINNED['id']}/restore").status_code == 303
    assert "门口积水" in client.get(PINS).text


def test_what_cannot_be_pinned_stays_typed_with_its_reason(client: SignedClient) -> None:
    answer = client.post(PINS, data=PINNED | {"where": "月亮上的店", "from": "2026-11-01"})
    assert answer.status_code == 422
    assert "月亮上的店" in answer.text
    assert "从哪天起不能早于今天" in answer.text
    answer = client.post(PINS, data=PINNED | {"where": "月亮上的店"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_weights_change_and_the_change_is_taken_back(client: SignedClient) -> None:
    sent = {"points-call": "33", "growth-call": "2", "minutes-call": "6"}
    to = client.post(WEIGHTS, data=sent).headers["Location"]
    page = client.get(to).text
    assert re.search(r'name="points-call" value="33"', page)
    assert "改过" in page
    back = dict(re.findall(r'type="hidden" name="(\w+-call)" value="(\d+)"', page))
    assert back == {"points-call": "10", "growth-call": "1", "minutes-call": "5"}
    client.post(WEIGHTS, data=back | {"undo": "1"})
    page = client.get(WEIGHTS).text
    assert re.search(r'name="points-call" value="10"', page)
    assert "改过" not in page


def test_a_weight_that_cannot_be_is_refused_with_its_name(client: SignedClient) -> None:
    answer = client.post(WEIGHTS, data={"points-call": "9999", "growth-call": "1", "minutes-call": "5"})
    assert answer.status_code == 422
    assert "“走访到期”的分数要在0到200之间" in answer.text
    assert 'value="9999"' in answer.text


def test_somebody_sets_out_from_elsewhere(client: SignedClient) -> None:
    person = re.search(r'action="/admin/patrol/walkers/([^"]+)"', client.get(WEIGHTS).text)
    assert person
    sent = {"start": "LT0001", "end": "", "minutes": "90"}
    assert client.post(f"{WEIGHTS}/walkers/{person[1]}", data=sent).status_code == 303
    assert "90分钟" in client.get(WEIGHTS).text
    answer = client.post(f"{WEIGHTS}/walkers/{person[1]}", data=sent | {"start": "月亮"})
    assert answer.status_code == 422
    assert "月亮" in answer.text


def test_quiet_hours_are_said_shown_and_taken_back(client: SignedClient, workspace: Workspace, street: Street) -> None:
    assert "没说过什么时候不方便" in client.get(QUIET).text
    sent = {"id": uid("quiet"), "weekday": "", "from": "12:00", "until": "14:00", "text": "中午最忙"}
    assert client.post(QUIET, data=sent).status_code == 303
    assert "12:00–14:00不便" in client.get(QUIET).text
    shop = client.get("/api/v1/shops/LT0001").get_json()
    assert [line["words"] for line in shop["quiet_hours"]] == ["12:00–14:00不便"]
    with workspace.read() as conn:
        assert list(quiet_hours.of_day(conn, workspace.clock().date())) == ["LT0001"]
    to = client.post(f"{QUIET}/{sent['id']}/end").headers["Location"]
    page = client.get(to).text
    assert "这一条不算了" in page
    assert "12:00–14:00不便" not in page
    client.post(f"{QUIET}/{sent['id']}/restore")
    assert "12:00–14:00不便" in client.get(QUIET).text


@pytest.mark.parametrize(("begins", "ends"), [("", "14:00"), ("14:00", "12:00"), ("25:00", "26:00")])
def test_hours_that_cannot_be_say_how_to_write_them(client: SignedClient, begins: str, ends: str) -> None:
    answer = client.post(QUIET, data={"id": uid("quiet"), "from": begins, "until": ends})
    assert answer.status_code == 422
    assert 'class="error"' in answer.text


def test_a_whole_day_needs_no_hours(client: SignedClient) -> None:
    client.post(QUIET, data={"id": uid("quiet"), "weekday": "6", "all_day": "1"})
    assert "周日全天不便" in client.get(QUIET).text


def test_a_worker_pins_for_themselves_and_weighs_nothing(client_of: ClientOf) -> None:
    worker = client_of("worker")
    assert worker.post(PINS, data=PINNED).status_code == 303
    assert worker.get(WEIGHTS).status_code == 403
    assert worker.get(QUIET).status_code == 200
