"""What is said with one tap on a card's page: when it suits, what to be told about, ratings and thanks."""

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.surface import Said, SaidKind
from mapsvc.domain.visiting_times import VisitingTime
from mapsvc.operations.surface import saying
from mapsvc.web.public import forms
from mapsvc.web.public.card import card_page, matter_page, topics_page
from mapsvc.web.public.context import space
from mapsvc.web.public.door import Visit, of_card

blueprint = Blueprint("public_saying", __name__)
_TIMES = "times"


@blueprint.post("/c/<token>/times")
@of_card
def times(visit: Visit) -> AnyResponse:
    """A time was tapped, written in words, or put back to what it was."""

    def say() -> Said:
        who, tapped = forms.speaker(visit), request.form.get("time", "")
        if forms.flag("undo"):
            return saying.put_back_times(space(), who, forms.text("before"))
        if tapped in set(VisitingTime):
            return saying.choose_time(space(), who, VisitingTime(tapped))
        if tapped == "any":
            return saying.choose_time(space(), who, None)
        return saying.say_times(space(), who, forms.text("words"))

    return forms.sent(
        say,
        lambda said: f"{visit.base}?done={said.kind.value}#{_TIMES if said.kind is SaidKind.QUIET else 'done'}",
        lambda refusal: card_page(visit, refusal),
    )


@blueprint.post("/c/<token>/topics")
@of_card
def topics(visit: Visit) -> AnyResponse:
    """All topics that hold from now on."""
    chosen = request.form.getlist("topics")
    return forms.sent(
        lambda: saying.choose_topics(space(), forms.speaker(visit), chosen),
        f"{visit.base}?done=topics#done",
        lambda refusal: topics_page(visit, refusal),
    )


@blueprint.post("/c/<token>/matters/<ref>/rating")
@of_card
def rated(visit: Visit, ref: str) -> AnyResponse:
    """Whether an answer helped."""
    return forms.sent(
        lambda: saying.rate(space(), forms.speaker(visit), ref, request.form.get("rating", ""), forms.text("text")),
        f"{visit.base}?done=rate#done",
        lambda refusal: matter_page(visit, ref, refusal),
    )


@blueprint.post("/c/<token>/matters/<ref>/thanks")
@of_card
def thanked(visit: Visit, ref: str) -> AnyResponse:
    """Thanks for a matter."""
    return forms.sent(
        lambda: saying.thank(space(), forms.speaker(visit), ref, forms.text("thanks")),
        f"{visit.base}?done=thank#done",
        lambda refusal: matter_page(visit, ref, refusal),
    )
