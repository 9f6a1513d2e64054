"""`/silent`: 沉默商户 with what else to try there, and the 开口率 of the block."""

from flask import Blueprint, render_template, request

from mapsvc.domain.permissions import Action
from mapsvc.operations.silent import silence
from mapsvc.web.context import require_page, workspace

blueprint = Blueprint("silent", __name__)
_LISTS = {"met": "见过面的门", "voiced": "开过口的门"}


@blueprint.get("/silent")
def index() -> str:
    """The silent doors in the order of the street, or the doors behind a number of the share."""
    who = require_page(Action.WORK_CASE)
    found = silence(workspace(), who)
    name, period = request.args.get("list", ""), request.args.get("period", "now")
    voices = found.before if period == "before" else found.now
    doors = (voices.voiced if name == "voiced" else voices.met) if name in _LISTS else None
    return render_template(
        "silent.html", tab="ledger", found=found, doors=doors, title=_LISTS.get(name, ""), period=period
    )
