"""/c/{token}/answers: what the policies say to a question, at once; and the way on to a person."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.topics import topic_of
from mapsvc.operations.surface import answers, saying
from mapsvc.operations.surface.saying import Question
from mapsvc.web.public import forms
from mapsvc.web.public.card import common
from mapsvc.web.public.context import space
from mapsvc.web.public.door import Visit, of_card
from mapsvc.web.public.forms import Refusal

blueprint = Blueprint("public_answers", __name__)


@blueprint.get("/c/<token>/answers")
@of_card
def found(visit: Visit) -> str:
    """Answers to `?q=`, the entries of `?topic=`, or all topics."""
    return answers_page(visit, request.args.get("q", "").strip(), request.args.get("topic", "").strip())


@blueprint.post("/c/<token>/ask")
@of_card
def asked(visit: Visit) -> AnyResponse:
    """A question for a person."""
    q, topic, policy = forms.text("q"), forms.text("topic"), forms.text("policy")
    question = Question(
        forms.text("text"),
        topic if topic in answers.topics(space()) else None,
        policy if answers.entry_of(space(), policy) else None,
        forms.text("name"),
        forms.text("phone"),
        forms.flag("is_urgent"),
    )
    return forms.sent(
        lambda: saying.ask(space(), forms.speaker(visit), question),
        f"{visit.base}?done=ask",
        lambda refusal: answers_page(visit, q, topic, refusal),
    )


def answers_page(visit: Visit, q: str, topic: str, refusal: Refusal | None = None) -> str:
    """What was found, each whole, and the form to ask a person."""
    q = q[: answers.LONGEST_QUESTION]
    hits = answers.find(space(), q) if q else None
    entries = [hit.entry for hit in hits.hits] if hits else list(answers.of_topic(space(), topic))
    return render_template(
        "public/answers.html",
        q=q,
        topic=topic if not q else "",
        topics=answers.topics(space()),
        found=hits,
        entries=entries,
        marked={hit.entry.id: _marked(hit.question, hit.marks) for hit in hits.hits} if hits else {},
        asked_topic=entries[0].topic if entries else topic_of(q) if q else topic,
        **common(visit, refusal),
    )


def _marked(question: str, marks: tuple[tuple[int, int], ...]) -> list[tuple[str, bool]]:
    """The question in pieces: text, and whether it was typed."""
    pieces, at = [], 0
    for begins, ends in sorted(marks):
        if begins < at or ends <= begins:
            continue
        pieces += [(question[at:begins], False), (question[begins:ends], True)]
        at = ends
    return [(piece, is_mark) for piece, is_mark in [*pieces, (question[at:], False)] if piece]
