"""`/enquiries`: the inbox of 咨询, and one enquiry with what can be done about it."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, render_template, request

from mapsvc.domain import topics
from mapsvc.domain.enquiries import RATING_NAMES, STEP_NAMES, Channel
from mapsvc.domain.enquiry_moves import INTO_NAMES
from mapsvc.domain.kinds import KINDS
from mapsvc.domain.permissions import Action
from mapsvc.operations import enquiry_log, enquiry_turns, enquiry_views, policies
from mapsvc.operations.enquiry_answers import chat_words, policy_words
from mapsvc.operations.enquiry_views import EnquiryDetail
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.signs import icon

blueprint = Blueprint("enquiries", __name__)
SAID = {
    "logged": "记下了。",
    "answered": "答复了。",
    "taken_back": "收回来了，改好再答。",
    "closed": "结束了，不用答复。",
    "reopened": "重新打开了，一个工作日内答复。",
    "referred": "转去问了，时钟不停：到时候会提醒。",
    "replied": "记下了。看过就答复店主。",
    "noted": "记下了。",
    "right": "改好了。",
    "case": "立案了。",
    "need": "转成诉求了。",
    "promise": "答应的事记下了，到期会提醒。",
}


@blueprint.get("/enquiries")
def index() -> str:
    """What waits, urgent first and by clock; what was answered lately."""
    who = require_page(Action.SEE_ENQUIRIES)
    topic, channel = request.args.get("topic"), request.args.get("channel", "")[:20] or None
    topic = topic if topic in topics.NAMES else None
    box = enquiry_views.inbox(workspace(), who, topic, channel)
    late = bool(request.args.get("late"))
    lines = [line for line in box.open if line.is_late] if late else box.open
    return render_template(
        "enquiries/inbox.html", tab="enquiries", box=box, lines=lines, topic=topic, channel=channel, late=late,
        surface=enquiry_views.line_to_surface(workspace()), icon=icon,
        lately_days=enquiry_views.LATELY.days,
    )  # fmt: skip


@blueprint.get("/enquiries/<enquiry_id>")
def show(enquiry_id: str) -> str:
    """One enquiry."""
    return enquiry_page(enquiry_id)


def enquiry_page(
    enquiry_id: str,
    open_form: str = "",
    form: forms.Form | None = None,
    faults: dict[str, str] | None = None,
    phone: str | None = None,
) -> str:
    """The page of an enquiry, for a GET or after a form on it was refused; raises NotFound, Forbidden."""
    ws, who = workspace(), actor()
    found = enquiry_views.get_enquiry(ws, who, path_code(enquiry_id))
    one = found.enquiry
    is_open = one.is_open and found.may_answer
    draft, policy_id = _draft(found)
    return render_template(
        "enquiries/show.html",
        tab="enquiries",
        found=found,
        one=one,
        line=found.line,
        hits=_suggested(found) if is_open else (),
        draft=draft,
        policy_id=policy_id,
        source=_title(policy_id if one.is_open else one.policy_id),
        shown_before=_title(one.policy_id) if one.is_open else "",
        chat=chat_words(one) if one.answer and one.channel != Channel.CARD else "",
        base=f"/enquiries/{quote(one.id)}",
        said=_said(found),
        phone=phone,
        form=form or {},
        faults=faults or {},
        open_form=open_form,
        kinds=[(kind.code, kind.name) for kind in KINDS],
        topic_options=[(name, name) for name in topics.NAMES],
        into_names=INTO_NAMES,
        usual=enquiry_turns.usual_words,
        hint_text="" if one.card_id and not one.is_urgent else found.line.text,
        step_names=STEP_NAMES,
        rating_names=RATING_NAMES,
        icon=icon,
    )


def _said(found: EnquiryDetail) -> str | None:
    done = request.args.get("done", "")
    if done == "logged" and not found.may_answer:
        # Who takes a call for another's door has written it down, and it is with them now.
        return "记下了，已经到包联人和书记那里。"
    return SAID.get(done)


def _suggested(found: EnquiryDetail) -> list[dict[str, Any]]:
    """Entries that may answer, with the words that go into the box."""
    hits = enquiry_log.suggestions(workspace(), found.enquiry.text)
    return [{"entry": hit.entry, "question": hit.question, "words": policy_words(hit.entry)} for hit in hits]


def _draft(found: EnquiryDetail) -> tuple[str, str]:
    """What stands in the answer's box: of an entry or template that was chosen, else what those asked have said."""
    use = request.args.get("use", "")
    template = next((t for t in found.templates if t.id == use), None)
    if template is not None:
        return template.text, ""
    for hit in enquiry_log.suggestions(workspace(), found.enquiry.text) if use else ():
        if hit.entry.id == use:
            return policy_words(hit.entry), hit.entry.id
    return found.reply, ""


def _title(policy_id: str | None) -> str:
    if not policy_id:
        return ""
    with workspace().read() as conn:
        kept = next((k for k in policies.all_kept(conn) if k.entry.id == policy_id), None)
    return kept.entry.title if kept else ""
