"""/api/v1/answers: the usual answers, found by what is typed."""

from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.answers import SAMPLE_NOTE, Answer
from mapsvc.operations.answers import find_answers
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import FLAG, MAYBE_TEXT, TEXT, describe, listing, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_answers", __name__, url_prefix="/api/v1/answers")

_ASK = {"q": p.optional(p.text(100), "")}
_ANSWER = thing(
    id=TEXT, topic=TEXT, question=TEXT, answer=TEXT, source=TEXT, source_date=TEXT, valid_until=MAYBE_TEXT,
    sample=FLAG, sample_note=MAYBE_TEXT,
)  # fmt: skip


@blueprint.get("")
@describe(
    "常问答案：答案、出处和日期；q 可以写问题、主题或拼音",
    tag="answers",
    query=_ASK,
    responses={200: listing(_ANSWER, note=MAYBE_TEXT)},
)
def index() -> Response:
    """Answers in which all that is typed occurs."""
    found = find_answers(workspace(), actor(), p.query(_ASK)["q"])
    return r.answer({"items": [answer_json(a) for a in found.answers], "next": None, "note": found.note})


def answer_json(one: Answer) -> dict[str, Any]:
    """An answer with where it comes from, and whether it is only a sample."""
    return {
        "id": one.id,
        "topic": one.topic,
        "question": one.question,
        "answer": one.answer,
        "source": one.source,
        "source_date": one.source_date.isoformat(),
        "valid_until": r.on(one.valid_until),
        "sample": one.is_sample,
        "sample_note": SAMPLE_NOTE if one.is_sample else None,
    }
