"""/c/{token}/report: something wrong, with a photo if one helps."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.surface import Said
from mapsvc.operations.surface import cards, saying
from mapsvc.operations.surface.saying import Report
from mapsvc.web.public import forms
from mapsvc.web.public.card import common
from mapsvc.web.public.context import space
from mapsvc.web.public.door import Visit, of_card
from mapsvc.web.public.forms import Refusal
from mapsvc.web.uploads import read_photos

blueprint = Blueprint("public_reports", __name__)


@blueprint.get("/c/<token>/report")
@of_card
def form(visit: Visit) -> str:
    """The form, with the kind that was tapped."""
    return report_page(visit, request.args.get("kind", ""))


@blueprint.post("/c/<token>/report")
@of_card
def reported(visit: Visit) -> AnyResponse:
    """A report."""

    def say() -> Said:
        pictures = {one.picture.sha256: one.picture.jpeg for one in read_photos()}
        told = Report(
            request.form.get("kind", ""), forms.text("text"), request.form.get("where", "here"),
            forms.flag("is_urgent"), pictures,
        )  # fmt: skip
        return saying.report(space(), forms.speaker(visit), told)

    return forms.sent(
        say,
        f"{visit.base}?done=report#done",
        lambda refusal: report_page(visit, refusal.typed.get("kind", ""), refusal),
    )


def report_page(visit: Visit, kind: str, refusal: Refusal | None = None) -> str:
    """The form, with what was typed where it was refused."""
    page = cards.page_of(space(), visit.card)
    return render_template("public/report.html", page=page, kind=kind, **common(visit, refusal))
