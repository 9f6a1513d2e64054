"""/c/{token}/report: something wrong, with a photo if one helps."""

from flask import Blueprint, make_response, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.surface import Said, SaidKind
from mapsvc.operations.surface import cards, saying
from mapsvc.operations.surface.saying import Report
from mapsvc.web.public import forms
from mapsvc.web.public.card import common
from mapsvc.web.public.context import space
from mapsvc.web.public.door import Visit, of_card
from mapsvc.web.public.forms import Refusal
from mapsvc.web.uploads import read_photos

blueprint = Blueprint("public_reports", __name__)
_TOO_LARGE = "照片加起来太大，没有发出去；请少选几张，或用普通尺寸重拍。"


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
        who = forms.speaker(visit)
        # Pictures take work: not for what would not be taken.
        saying.require_pace(space(), who, SaidKind.REPORT)
        pictures = {one.picture.sha256: one.picture.jpeg for one in read_photos()}
        told = Report(
            kind, forms.text("text"), request.form.get("where", "here"),
            forms.flag("is_urgent"), pictures,
        )  # fmt: skip
        return saying.report(space(), who, told)

    try:
        kind = request.form.get("kind", "")
    except RequestEntityTooLarge:
        # What was typed went with it; the phone still has it.
        refusal = Refusal({}, {"photo": _TOO_LARGE}, forms.fresh_id())
        return make_response(report_page(visit, "", refusal), 413)
    return forms.sent(
        say,
        f"{visit.base}?done=report#done",
        lambda refusal: report_page(visit, kind, refusal),
    )


def report_page(visit: Visit, kind: str, refusal: Refusal | None = None) -> str:
    """The form, with what was typed where it was refused."""
    page = cards.page_of(space(), visit.card)
    return render_template("public/report.html", page=page, kind=kind, **common(visit, refusal))
