"""Tasks on the case's page and one by one: added, done with a photo, cancelled, taken up again; faults and leave."""

from __future__ import annotations

import io

import pytest

from mapsvc.domain.actors import SYSTEM, Role
from mapsvc.domain.tasks import TaskRole
from mapsvc.operations import accounts
from mapsvc.operations.tasks import NewTask, add_case_task, case_tasks, get_task
from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf, SignedClient
from tests.support.clock import FixedClock
from tests.support.councils import COMPANY, leak
from tests.support.pictures import jpeg
from tests.support.street import Street, build, uid


@pytest.fixture
def street(workspace: Workspace) -> Street:
    """The street with its people."""
    return build(workspace)


@pytest.fixture
def case_id(workspace: Workspace, street: Street, clock: FixedClock) -> str:
    """The leak at 27号."""
    return leak(workspace, street, clock)


def test_added_done_and_taken_up_again(
    workspace: Workspace, client: SignedClient, street: Street, case_id: str
) -> None:
    sent = {"text": "送达协议", "whom": f"worker:{uid('zhou')}", "owner_name": "", "due_at": "2026-11-26T12:00"}
    assert client.post(f"/cases/{case_id}/tasks", data=sent).status_code == 303
    page = client.get(f"/cases/{case_id}").text
    assert all(words in page for words in ("送达协议", "小周 · 11月26日 12:00", "剩3天", "0/1"))
    task_id = case_tasks(workspace, street.chen, case_id).items[0].task.id
    done = {"proof": "三方各一份", "at": "", "back": "case", "photo": (io.BytesIO(jpeg(32, 24)), "a.jpg")}
    answer = client.post(f"/tasks/{task_id}/done", data=done, content_type="multipart/form-data")
    assert (answer.status_code, answer.location) == (303, f"/cases/{case_id}?done=task_done#tasks")
    page = client.get(f"/cases/{case_id}").text
    assert all(words in page for words in ("三方各一份", "1/1", "已办", "办好的照片1"))
    again = client.post(f"/tasks/{task_id}/done", data={"proof": "又一次", "back": "case"})
    assert (again.status_code, "不用再记" in again.text, "又一次" in again.text) == (409, True, False)
    assert client.post(f"/tasks/{task_id}/undo", data={"back": "case"}).status_code == 303
    assert get_task(workspace, street.chen, task_id).task.is_open
    assert client.post(f"/tasks/{task_id}/cancel", data={"reason": "", "back": "case"}).status_code == 422
    assert client.post(f"/tasks/{task_id}/cancel", data={"reason": "不用了", "back": "case"}).status_code == 303


def test_faults_keep_what_was_typed(client: SignedClient, street: Street, case_id: str) -> None:
    sent = {"text": "去看一眼屋顶", "whom": "", "due_at": ""}
    answer = client.post(f"/cases/{case_id}/tasks", data=sent)
    assert (answer.status_code, "请填谁来办" in answer.text, "去看一眼屋顶" in answer.text) == (422, True, True)
    early = client.post(f"/cases/{case_id}/tasks", data=sent | {"whom": "merchant", "due_at": "2020-01-01T00:00"})
    assert (early.status_code, "期限不能早于" in early.text) == (422, True)


def test_the_company_finishes_its_own_on_a_page_of_its_own(
    workspace: Workspace, client_of: ClientOf, street: Street, case_id: str
) -> None:
    made = add_case_task(workspace, street.secretary, NewTask("更换排水管", TaskRole.PROPERTY, case_id))
    other = add_case_task(workspace, street.secretary, NewTask("通知住户", TaskRole.COMMITTEE, case_id))
    accounts.add_account(workspace, SYSTEM, "test-property", Role.PROPERTY, unit=COMPANY)
    client = client_of("property")
    page = client.get(f"/tasks/{made.id}")
    assert (page.status_code, "更换排水管" in page.text, "看这件案件" in page.text) == (200, True, False)
    assert client.get(f"/tasks/{other.id}").status_code == 403
    assert client.post(f"/tasks/{other.id}/done", data={}).status_code == 403
    picture = {"proof": "换好了", "photo": (io.BytesIO(b"no picture"), "a.jpg")}
    answer = client.post(f"/tasks/{made.id}/done", data=picture, content_type="multipart/form-data")
    assert (answer.status_code, "换好了" in answer.text) == (422, True)
    answer = client.post(f"/tasks/{made.id}/done", data={"proof": "换好了", "at": ""})
    assert (answer.status_code, answer.location) == (303, f"/tasks/{made.id}?done=task_done")
