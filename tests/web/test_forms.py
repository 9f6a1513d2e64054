"""Reading forms: what is wrong is said beside its field, and nothing typed is lost."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask

from mapsvc.domain.cases import Severity
from mapsvc.errors import Conflict, Forbidden, Refused
from mapsvc.web import forms

app = Flask("forms")


def read(act: Callable[[], object], **sent: str | list[str]) -> object:
    with app.test_request_context("/", method="POST", data=sent):
        return act()


def refused(act: Callable[[], object], **sent: str) -> str:
    with pytest.raises(Refused) as caught:
        read(act, **sent)
    return caught.value.problems[0].field


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("1860", 186_000), ("1,860.50", 186_050), ("１８６０", 186_000), ("0", 0), ("1860元", 186_000), ("", None)],
)
def test_amounts_in_yuan(typed: str, fen: int | None) -> None:
    assert read(lambda: forms.money_fen("amount"), amount=typed) == fen


@pytest.mark.parametrize("typed", ["-1", "1.234", "NaN", "Infinity", "1e99", "一千", "--"])
def test_amounts_that_are_none_are_refused_beside_their_field(typed: str) -> None:
    assert refused(lambda: forms.money_fen("amount"), amount=typed) == "amount"


def test_times_are_the_offices() -> None:
    assert read(lambda: forms.when("at"), at="2026-11-23T09:30") == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    assert read(lambda: forms.when("at"), at="") is None


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59", "2026-02-30T10:00", "明天", "26-11-23"])
def test_times_that_are_none_are_refused_beside_their_field(typed: str) -> None:
    assert refused(lambda: forms.when("at"), at=typed) == "at"


def test_texts_are_trimmed_and_bounded() -> None:
    assert read(lambda: forms.text("text"), text="  两袋\r\n垃圾 ") == "两袋\n垃圾"
    assert refused(lambda: forms.text("text", most=3), text="四个字了") == "text"
    assert refused(lambda: forms.text("text", required=True), text="   ") == "text"
    assert refused(lambda: forms.text("text"), text="a\x00b") == "text"


def test_choices_are_those_of_the_list() -> None:
    assert read(lambda: forms.choice("severity", Severity), severity="danger") is Severity.DANGER
    assert read(lambda: forms.choice("severity", Severity, required=False), severity="") is None
    assert refused(lambda: forms.choice("severity", Severity), severity="极重") == "severity"


@pytest.mark.parametrize("typed", ["", "-1", "x", "１", "9" * 12])
def test_a_version_that_is_none_is_stale(typed: str) -> None:
    assert read(forms.version, version=typed) == 0


def test_what_was_typed_comes_back_without_the_token() -> None:
    sent = read(forms.typed, csrf_token="t", text="一", who=["甲", "乙"])
    assert sent == {"text": "一", "who": ["甲", "乙"]}


def done(error: Exception | None) -> tuple[int, str, dict[str, str]]:
    seen: dict[str, str] = {}

    def act() -> object:
        if error:
            raise error
        return "x1"

    def again(form: forms.Form, faults: dict[str, str]) -> str:
        seen.update(faults)
        return str(form["text"])

    with app.test_request_context("/", method="POST", data={"text": "写了半天"}):
        answer = forms.done(act, lambda made: f"/things/{made}", again)
        return answer.status_code, answer.headers.get("Location", "") or answer.get_data(as_text=True), seen


def test_done_goes_onwards_or_shows_the_page_again_with_what_was_typed() -> None:
    assert done(None) == (303, "/things/x1", {})
    assert done(Refused("请填。", field="reason")) == (422, "写了半天", {"reason": "请填。"})
    assert done(Refused("不行。")) == (422, "写了半天", {"": "不行。"})
    assert done(Conflict("慢了。", field="version")) == (409, "写了半天", {"version": "慢了。"})


def test_what_nobody_may_do_is_no_matter_of_a_field() -> None:
    with pytest.raises(Forbidden):
        done(Forbidden("不归您。"))
