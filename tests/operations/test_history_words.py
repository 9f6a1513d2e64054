"""The words of the history: every field of the office's form that may be corrected has its Chinese name."""

from __future__ import annotations

import re

import pytest

from mapsvc.domain.visits import Outcome, Visit, VisitKind
from mapsvc.ledger.sheets import PLACES, SHOPS
from mapsvc.ledger.writer import WORDS
from mapsvc.operations.history_words import FIELD_NAMES, visit_words
from mapsvc.operations.ledgers import corrections
from tests.support.clock import MONDAY_AT_NINE

HAN = re.compile(r"[\u4e00-\u9fff]+")
AS_SATISFIED = {"very": "satisfied", "satisfied": "satisfied", "fair": "neutral", "unsatisfied": "unsatisfied"}


def visit(satisfaction: str | None, outcome: Outcome = Outcome.MET) -> Visit:
    at = MONDAY_AT_NINE
    return Visit("v", "s", VisitKind.REGULAR, outcome, at, at, None, None, None, satisfaction, None)


@pytest.mark.parametrize("sheet", [SHOPS, PLACES], ids=lambda sheet: sheet.title)
def test_every_column_that_may_be_corrected_has_a_chinese_name(sheet: object) -> None:
    fields = [column.field for column in sheet.columns if column.field[0] != "_" and column.field != "code"]  # type: ignore[attr-defined]
    names = [FIELD_NAMES.get(corrections.NAMES.get(field, field), "") for field in [*fields, "position"]]
    assert all(HAN.fullmatch(name) for name in names)


def test_every_satisfaction_of_the_form_has_its_mark_and_an_unknown_one_falls_back_to_the_outcome() -> None:
    assert {code: visit_words(visit(code)).state for code in WORDS["走访记录", "satisfaction"]} == AS_SATISFIED
    assert [visit_words(visit(said)).state for said in ("delighted", None)] == ["met", "met"]
    assert visit_words(visit("very", Outcome.CLOSED)).state == "closed"
