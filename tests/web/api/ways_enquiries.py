"""How the routes of enquiries are asked well, and the leave each needs."""

from typing import Any

from mapsvc.domain.permissions import Action
from tests.support.street import uid

Told = tuple[Action | None, str, Any, Any]
SEE, LOG, ANSWER = Action.SEE_ENQUIRIES, Action.LOG_ENQUIRY, Action.ANSWER_ENQUIRY
ONE = f"/enquiries/{uid('nobody asked')}"
TEMPLATES = "/enquiries/templates"
WORDS = {"title": "先说一声", "text": "明天答复您。"}
NEW = {"id": uid("by phone"), "text": "岚皋西路27号问：小学报名要什么？", "channel": "电话"}

WAYS: dict[str, Told] = {
    "enquiries.index": (SEE, "/enquiries", None, None),
    "enquiries.show": (LOG, ONE, None, None),
    "enquiries_log.form": (LOG, "/enquiries/new", None, None),
    "enquiries_log.save": (LOG, "/enquiries/new", None, NEW | {"id": uid("by form")}),
    "enquiries_log.guess": (LOG, "/enquiries/guess", None, {"text": "27号问入园"}),
    "enquiries_acts.answer": (ANSWER, f"{ONE}/answer", None, {"answer": "可以。", "version": "0"}),
    "enquiries_acts.take_back": (ANSWER, f"{ONE}/take-back", None, {"version": "0"}),
    "enquiries_acts.close": (ANSWER, f"{ONE}/close", None, {"reason": "问了两次", "version": "0"}),
    "enquiries_acts.reopen": (ANSWER, f"{ONE}/reopen", None, {"version": "0"}),
    "enquiries_acts.refer": (ANSWER, f"{ONE}/refer", None, {"to_whom": "房管所", "version": "0"}),
    "enquiries_acts.reply": (ANSWER, f"{ONE}/reply", None, {"text": "可以", "version": "0"}),
    "enquiries_acts.note": (ANSWER, f"{ONE}/note", None, {"text": "打过电话", "version": "0"}),
    "enquiries_acts.right": (ANSWER, f"{ONE}/right", None, {"topic": "子女入园", "version": "0"}),
    "enquiries_acts.turn": (LOG, f"{ONE}/turn/need", None, {"text": "看看", "version": "0"}),
    "enquiries_acts.phone": (Action.SEE_PERSON, f"{ONE}/phone", None, {}),
    "enquiries_replies.index": (ANSWER, TEMPLATES, None, None),
    "enquiries_replies.add": (ANSWER, TEMPLATES, None, WORDS | {"id": uid("a template")}),
    "enquiries_replies.change": (ANSWER, f"{TEMPLATES}/{uid('another template')}", None, WORDS),
    "enquiries_replies.retire": (ANSWER, f"{TEMPLATES}/{uid('no template')}/retire", None, {}),
    "enquiries_replies.restore": (ANSWER, f"{TEMPLATES}/{uid('no template')}/restore", None, {}),
    "api_enquiries.index": (SEE, "/api/v1/enquiries", None, None),
    "api_enquiries.create": (LOG, "/api/v1/enquiries", NEW, None),
}
