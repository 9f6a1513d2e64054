"""`/admin/origin`: what the closed columns of ledgers add up to, in tens and more, and deleting them for good."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.permissions import Action
from mapsvc.operations import origins
from mapsvc.web.context import actor, require_page, workspace

blueprint = Blueprint("admin_origin", __name__, url_prefix="/admin/origin")
_MOST_DIGITS = 7


@blueprint.get("")
def index() -> str:
    """The sums, and the offer to delete what they are made of."""
    who = require_page(Action.SEE_ORIGIN_SUMS)
    counted = [request.args.get(name, "")[:_MOST_DIGITS] for name in ("tenancies", "rows")]
    return render_template(
        "admin_origin.html", tab="ledger", sums=origins.origin_sums(workspace(), who),
        gone=counted if all(n.isdecimal() for n in counted) else None,
    )  # fmt: skip


@blueprint.post("/delete")
def delete() -> Response:
    """Delete both values everywhere; imports leave them out from now on."""
    done = origins.delete_origins(workspace(), actor())
    return redirect(f"/admin/origin?tenancies={done.tenancies}&rows={done.rows}", 303)


@blueprint.post("/take-in")
def take_in() -> Response:
    """Imports bring both again."""
    origins.take_in_again(workspace(), actor())
    return redirect("/admin/origin", 303)
