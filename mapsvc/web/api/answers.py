"""/api/v1/answers: what 线上驿站 answers to what is typed, with source and date."""

from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.policies import SAMPLE_NOTE, PolicyEntry
from mapsvc.operations.policies import LONGEST_QUESTION, find_policies, list_in_force
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import FLAG, MAYBE_NUMBER, MAYBE_TEXT, TEXT, WHOLE, describe, listing, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_answers", __name__, url_prefix="/api/v1/answers")

_LIST = {"type": "array"}
_ASK = {
    "q": p.optional(p.text(LONGEST_QUESTION), ""),
    "limit": p.optional(p.whole(1, 50), 10),
}
_ANSWER = thing(
    id=TEXT, topic=TEXT, title=TEXT, question=TEXT, questions=_LIST, answer=TEXT, conditions=_LIST, materials=_LIST,
    steps=_LIST, search_words=_LIST, counters=_LIST, source=TEXT, source_date=TEXT, valid_from=MAYBE_TEXT,
    valid_until=MAYBE_TEXT, sample=FLAG, sample_note=MAYBE_TEXT, version=WHOLE, score=MAYBE_NUMBER, marks=_LIST,
)  # fmt: skip


@blueprint.get("")
@describe(
    "线上驿站：答案、出处和日期；q 写怎么问，可以用拼音；排在最前的最像，空着就是全部",
    tag="answers",
    query=_ASK,
    responses={200: listing(_ANSWER, is_sure=FLAG, meant=MAYBE_TEXT, note=MAYBE_TEXT)},
)
def index() -> Response:
    """Entries that may answer `q`, the best first; all that are in force without it."""
    asked = p.query(_ASK)
    if not asked["q"].strip():
        return r.answer(_listed([_whole(e) for e in list_in_force(workspace(), actor())]))
    found = find_policies(workspace(), actor(), asked["q"], asked["limit"])
    items = [
        _whole(hit.entry) | {"question": hit.question, "score": round(hit.score, 3), "marks": hit.marks}
        for hit in found.hits
    ]
    note = None if items else nobody_knows(workspace().settings.office_phone)
    return r.answer(_listed(items) | {"is_sure": found.is_sure, "meant": found.meant, "note": note})


def nobody_knows(office_phone: str) -> str:
    """What is said when nothing was found: a person answers, and how to reach one."""
    by_phone = f"，急的打{office_phone}" if office_phone else ""
    return f"没有找到。记成一条咨询，会有人在1个工作日里答复{by_phone}。"


def answer_json(one: PolicyEntry) -> dict[str, Any]:
    """An entry in short: the answer with where it comes from, and whether it is only a sample."""
    return {
        "id": one.id,
        "topic": one.topic,
        "title": one.title,
        "question": one.questions[0],
        "answer": one.answer,
        "search_words": one.search_words,
        "source": one.source,
        "source_date": one.source_date.isoformat(),
        "valid_until": r.on(one.valid_until),
        "sample": one.is_sample,
        "sample_note": SAMPLE_NOTE if one.is_sample else None,
    }


def _whole(one: PolicyEntry) -> dict[str, Any]:
    return answer_json(one) | {
        "questions": one.questions,
        "conditions": [{"text": c.text, "before": c.before, "hint": c.hint} for c in one.conditions],
        "materials": one.materials,
        "steps": one.steps,
        "counters": [{"name": c.name, "address": c.address, "hours": c.hours, "phone": c.phone} for c in one.counters],
        "valid_from": r.on(one.valid_from),
        "version": one.version,
        "score": None,
        "marks": [],
    }


def _listed(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"items": items, "next": None, "is_sure": False, "meant": None, "note": None}
