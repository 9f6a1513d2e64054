"""/api/v1/enquiries: what waits for an answer; what came by chat or phone, written down."""

from typing import Any

from flask import Blueprint, Response

from mapsvc.domain import topics
from mapsvc.domain.enquiries import LONGEST_TEXT, Enquiry
from mapsvc.operations import enquiry_log, enquiry_views
from mapsvc.operations.enquiries import NewEnquiry
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import FLAG, MAYBE_MOMENT, MAYBE_TEXT, MOMENT, TEXT, WHOLE, describe, listing, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_enquiries", __name__, url_prefix="/api/v1/enquiries")

_LIST = {"topic": p.optional(p.choice(topics.NAMES)), "channel": p.optional(p.text(20))}
_NEW = {
    "id": p.identifier(),
    "text": p.text(LONGEST_TEXT),
    "channel": p.choice([c.value for c in enquiry_log.LOGGED]),
    "shop": p.optional(p.text(40)),
    "topic": p.optional(p.choice(topics.NAMES)),
    "at": p.optional(p.moment()),
    "urgent": p.optional(p.flag(), False),
}
_ENQUIRY = thing(
    id=TEXT, topic=MAYBE_TEXT, channel=MAYBE_TEXT, asked_at=MOMENT, due_at=MAYBE_MOMENT, overdue=FLAG, urgent=FLAG,
    answered_at=MAYBE_MOMENT,
)  # fmt: skip
_LINE = thing(**_ENQUIRY["properties"], shop=MAYBE_TEXT, door=TEXT, text=TEXT, asks=MAYBE_TEXT)


@blueprint.get("")
@describe(
    "等着答复的咨询：涉及人身安全的在前，再按时限；包联人看自己包联的，书记看全部",
    tag="enquiries",
    query=_LIST,
    responses={200: listing(_LINE, total=WHOLE, late=WHOLE)},
)
def index() -> Response:
    """What waits for this reader."""
    asked = p.query(_LIST)
    box = enquiry_views.inbox(workspace(), actor(), asked["topic"], asked["channel"])
    lines = [line for head in box.open for line in (head, *head.held)]
    items = [
        enquiry(line.enquiry)
        | {"shop": line.shop_code or None, "door": line.door, "text": line.text}
        | {"asks": line.referred.to_whom if line.referred else None}
        for line in lines
    ]
    return r.answer({"items": items, "next": None, "total": len(items), "late": sum(line.is_late for line in lines)})


@blueprint.post("")
@describe(
    "记一条微信、电话、上门或窗口的咨询；没写哪家店、什么主题，就从话里认；同一个 id 不会重复",
    tag="enquiries",
    request=_NEW,
    responses={201: _ENQUIRY, 200: _ENQUIRY},
    problems=(409, 413, 415, 422),
)
def create() -> Response:
    """Write one down."""
    sent = p.body(_NEW)
    at = sent["at"] or workspace().clock()
    new = NewEnquiry(
        sent["id"], sent["text"], at, sent["channel"], sent["topic"], sent["shop"], is_urgent=sent["urgent"]
    )
    logged = enquiry_log.log_enquiry(workspace(), actor(), new)
    return r.answer(enquiry(logged.enquiry), 201 if logged.is_new else 200)


def enquiry(one: Enquiry) -> dict[str, Any]:
    """An enquiry as JSON, without its words."""
    return {
        "id": one.id,
        "topic": one.topic,
        "channel": one.channel,
        "asked_at": r.when(one.asked_at),
        "due_at": r.when(one.due_at),
        "overdue": one.is_overdue(workspace().clock()),
        "urgent": one.is_urgent,
        "answered_at": r.when(one.answered_at),
    }
