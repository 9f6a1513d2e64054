"""`/shops/{code}/topics`: 想提前知道, the topics who runs a shop wants to be told about in time."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.permissions import Action, require
from mapsvc.domain.topic_choices import CHOICE_SOURCE_NAMES, CHOOSABLE
from mapsvc.domain.topics import TOPICS
from mapsvc.operations import topic_choices
from mapsvc.operations.shops import get_shop
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.forms import Form

blueprint = Blueprint("topic_choices", __name__, url_prefix="/shops/<code>/topics")
EXAMPLES = {topic.name: topic.example for topic in TOPICS}


@blueprint.get("")
def index(code: str) -> str:
    """What holds, by whom it was chosen, and the form for the whole set."""
    return _page(code)


@blueprint.post("")
def choose(code: str) -> Response:
    """Write down what was said at the door: the whole set that holds from now on."""
    require_page(Action.CHOOSE_TOPICS)

    def act() -> Any:
        return topic_choices.choose(workspace(), actor(), path_code(code), [t for t in forms.many("topic") if t])

    to = f"/shops/{quote(path_code(code), safe='')}/topics?done=said"
    return forms.done(act, to, lambda form, faults: _page(code, form, faults))


def _page(code: str, form: Form | None = None, faults: dict[str, str] | None = None) -> str:
    who = require_page(Action.CHOOSE_TOPICS)
    shop = get_shop(workspace(), who, path_code(code)).shop
    require(who, Action.CHOOSE_TOPICS, shop.worker_id)
    held = topic_choices.of_shop(workspace(), who, shop.code)
    return render_template(
        "topic_choices.html", tab="map", shop=shop, held=held, sources=CHOICE_SOURCE_NAMES,
        options=[(name, f"{name}（{EXAMPLES[name]}）") for name in CHOOSABLE], form=form, faults=faults,
        said="记下了，到时候先来告诉。" if request.args.get("done") == "said" else "",
    )  # fmt: skip
