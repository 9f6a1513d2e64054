"""Tasks: done once, given up with a reason, and what is left of the time in words."""

from datetime import UTC, datetime, timedelta

import pytest

from mapsvc.domain.tasks import Task, TaskOrigin, TaskRole, cancel, finish, left_text, problems_of, reopen, yuan_text
from mapsvc.errors import Conflict, Refused

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
TASK = Task("t", TaskOrigin.MANUAL, "换管", TaskRole.PROPERTY, AT)


def due(**later: float) -> Task:
    """The task, due so much later."""
    return Task("t", TaskOrigin.MANUAL, "换管", TaskRole.PROPERTY, AT, due_at=AT + timedelta(**later))


@pytest.mark.parametrize(
    ("task", "words"),
    [
        (TASK, "待排"),
        (due(hours=3), "今天"),
        (due(hours=15), "剩1天"),
        (due(days=4), "剩4天"),
        (due(minutes=-1), "已超时"),
        (due(days=-2), "超2天"),
        (finish(TASK, AT, None, None, AT, AT), "已办"),
        (cancel(TASK, AT, "不用了"), "已取消"),
    ],
)
def test_what_is_left(task: Task, words: str) -> None:
    assert left_text(task, AT) == words
    assert task.is_overdue(AT) is (task.is_open and "超" in words)


def test_once_over_it_is_over_until_taken_up_again() -> None:
    done, gone = finish(TASK, AT, " 换好了 ", "p", AT, AT), cancel(TASK, AT, "不用了")
    assert (done.proof, done.done_by) == ("换好了", "p")
    for over in (done, gone):
        with pytest.raises(Conflict):
            finish(over, AT, None, None, AT, AT)
        with pytest.raises(Conflict):
            cancel(over, AT, "不用了")
        assert reopen(over) == TASK
    with pytest.raises(Conflict):
        reopen(TASK)


@pytest.mark.parametrize("proof", ["长" * 501])
def test_a_proof_is_short(proof: str) -> None:
    with pytest.raises(Refused) as refused:
        finish(TASK, AT, proof, None, AT, AT)
    assert refused.value.problems[0].field == "proof"


def test_every_problem_is_named() -> None:
    found = problems_of("长" * 501, AT - timedelta(days=1), 10**11, AT)
    assert [(p.field, p.code) for p in found] == [
        ("text", "too_long"), ("due_at", "before_report"), ("amount", "too_much"),
    ]  # fmt: skip
    assert problems_of("换管", AT, 0, AT) == []


@pytest.mark.parametrize(("fen", "words"), [(0, "0元"), (186_000, "1,860元"), (9_950, "99.50元"), (1, "0.01元")])
def test_money(fen: int, words: str) -> None:
    assert yuan_text(fen) == words
