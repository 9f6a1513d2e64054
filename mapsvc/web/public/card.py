"""/c/{token}: the merchant's page, without an account: ask, report, one's own matters, when it suits."""

from flask import Blueprint, render_template
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.enquiries import Rating
from mapsvc.operations.surface import answers, cards
from mapsvc.operations.surface.pickup import pickup
from mapsvc.web.public import door, marks
from mapsvc.web.public.context import office, space
from mapsvc.web.public.door import Visit, of_card
from mapsvc.web.public.forms import Refusal, done_word, fresh_id

blueprint = Blueprint("public_card", __name__)
SHOWN_MATTERS = 5


@blueprint.record_once
def _ready(state: BlueprintSetupState) -> None:
    door.init(state.app)  # type: ignore[arg-type]
    state.app.jinja_env.globals.update(marks.words())


@blueprint.get("/c/<token>")
@of_card
def opened(visit: Visit) -> str:
    """The page of the card."""
    return card_page(visit)


@blueprint.get("/c/<token>/topics")
@of_card
def topics(visit: Visit) -> str:
    """What one can be told about in time."""
    return topics_page(visit)


@blueprint.get("/c/<token>/matters/<ref>")
@of_card
def matter(visit: Visit, ref: str) -> AnyResponse | str | tuple[str, int]:
    """One of the card's own matters."""
    return matter_page(visit, ref)


def card_page(visit: Visit, refusal: Refusal | None = None) -> str:
    """The page; with what was typed where it was refused."""
    return render_template(
        "public/card.html",
        page=cards.page_of(space(), visit.card),
        chips=marks.chips(answers.topics(space())),
        shown=SHOWN_MATTERS,
        **common(visit, refusal),
    )


def topics_page(visit: Visit, refusal: Refusal | None = None) -> str:
    """The topics, those chosen marked."""
    return render_template("public/topics.html", page=cards.page_of(space(), visit.card), **common(visit, refusal))


def matter_page(visit: Visit, ref: str, refusal: Refusal | None = None) -> str | tuple[str, int]:
    """A matter with its answer and what one thinks of it; 404 for anybody else's, as for none."""
    found = cards.matter_of(space(), visit.card, ref)
    if found is None:
        return render_template("public/no_matter.html", **common(visit)), 404
    return render_template("public/matter.html", matter=found, ratings=list(Rating), **common(visit, refusal))


def common(visit: Visit, refusal: Refusal | None = None) -> dict[str, object]:
    """What every page of a card needs."""
    return {
        "card": visit.card,
        "base": visit.base,
        "form_id": refusal.form_id if refusal else fresh_id(),
        "undo_id": fresh_id(),
        "thanks_id": fresh_id(),
        "waiting": cards.WAITING,
        "block_name": office()["block_name"],
        "typed": refusal.typed if refusal else {},
        "faults": refusal.faults if refusal else {},
        "pickup": pickup(space(), space().clock()),
        "done": done_word(),
    }
