"""`/enquiries/new`: what came by chat or phone, pasted and saved; `/enquiries/guess`: what the text says of itself."""

from dataclasses import asdict
from uuid import uuid4

from flask import Blueprint, jsonify, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain import topics
from mapsvc.domain.enquiries import LONGEST_ANSWER, LONGEST_TEXT, Channel
from mapsvc.domain.permissions import Action
from mapsvc.operations import enquiry_log
from mapsvc.operations.enquiries import NewEnquiry
from mapsvc.operations.enquiry_answers import policy_words
from mapsvc.operations.enquiry_log import Logged
from mapsvc.web import forms
from mapsvc.web.context import require_page, workspace
from mapsvc.web.form_ids import form_id

blueprint = Blueprint("enquiries_log", __name__)


@blueprint.get("/enquiries/new")
def form() -> str:
    """The form: one box that has the cursor; `text` is what was searched for and not found."""
    return _page({"text": request.args.get("text", "")[:LONGEST_TEXT]})


@blueprint.post("/enquiries/new")
def save() -> Response:
    """Write it down."""
    who = require_page(Action.LOG_ENQUIRY)

    def act() -> Logged:
        channel = forms.choice("channel", Channel, "怎么来的")
        assert channel is not None
        new = NewEnquiry(
            form_id(),
            forms.text("text", "问了什么", LONGEST_TEXT),
            workspace().clock(),
            channel,
            forms.text("topic", "主题", 40) or None,
            forms.text("shop", "哪家店", 40).upper() or None,
            is_urgent=bool(request.form.get("urgent")),
        )
        said, policy_id = forms.text("answer", "答复", LONGEST_ANSWER), forms.text("policy_id", most=40)
        return enquiry_log.log_enquiry(workspace(), who, new, said, policy_id or None)

    return forms.done(act, lambda made: f"/enquiries/{made.enquiry.id}?done=logged", _page)


@blueprint.post("/enquiries/guess")
def guess() -> Response:
    """Shop, topic and answers of a text that is being typed; nothing is kept."""
    who = require_page(Action.LOG_ENQUIRY)
    found = enquiry_log.guess(workspace(), who, forms.text("text", most=LONGEST_TEXT))
    return jsonify(
        {
            "doors": [asdict(door) for door in found.doors],
            "sure": found.is_sure,
            "topic": found.topic,
            "answers": [
                {
                    "id": hit.entry.id,
                    "title": hit.entry.title,
                    "question": hit.question,
                    "words": policy_words(hit.entry),
                }
                for hit in found.hits
            ],
        }
    )


def _page(typed: forms.Form | None = None, faults: dict[str, str] | None = None) -> str:
    who, ws = require_page(Action.LOG_ENQUIRY), workspace()
    text = (typed or {}).get("text", "")
    found = enquiry_log.guess(ws, who, text if isinstance(text, str) else "") if text else None
    return render_template(
        "enquiries/new.html", tab="enquiries", form=typed or {}, faults=faults or {}, open_form="",
        new_id=str(uuid4()), channels=[(c.value, c.value) for c in enquiry_log.LOGGED], guess=found,
        topic_options=[(name, name) for name in topics.NAMES],
    )  # fmt: skip
