"""温馨提示: written on a place's page, changed, printed on A4 or A5, taken down."""

from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.notices import MOST_SIGNED, MOST_TEXT, MOST_TITLE
from mapsvc.domain.permissions import Action
from mapsvc.operations import notices
from mapsvc.operations.notices import NewNotice
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.forms import Form

blueprint = Blueprint("notices", __name__)
SIZES = ("a4", "a5")


@blueprint.get("/notices")
def index() -> str:
    """All that are up, those past their time first."""
    who = require_page(Action.SEE_MAP)
    found = sorted(notices.list_notices(workspace(), who), key=lambda n: not n.is_past)
    return render_template("notices.html", tab="ledger", notices=found, said=_said())


@blueprint.get("/notices/<notice_id>")
def show(notice_id: str) -> str:
    """One, to change and to print."""
    return _page(notice_id)


@blueprint.post("/notices/<notice_id>")
def change(notice_id: str) -> Response:
    """Change what it says or how long it hangs."""
    require_page(Action.RUN_PLAYBOOK)

    def act() -> object:
        new = read_new()
        return notices.change_notice(
            workspace(), actor(), path_code(notice_id), new.title, new.text, new.signed, new.from_day, new.until_day
        )

    to = f"/notices/{quote(path_code(notice_id))}?done=changed"
    return forms.done(act, to, lambda form, faults: _page(notice_id, form, faults))


@blueprint.get("/notices/<notice_id>/print")
def paper(notice_id: str) -> str:
    """The sheet."""
    who = require_page(Action.SEE_MAP)
    size = request.args.get("size", "a4")
    line = notices.get_notice(workspace(), who, path_code(notice_id))
    return render_template("notice_print.html", line=line, notice=line.notice, size=size if size in SIZES else "a4")


@blueprint.post("/notices/<notice_id>/taken-down")
def taken_down(notice_id: str) -> Response:
    """已撤下."""
    notices.take_down(workspace(), actor(), path_code(notice_id))
    return redirect(_back(notice_id, "down"), 303)


@blueprint.post("/notices/<notice_id>/hang")
def hang(notice_id: str) -> Response:
    """It hangs after all."""
    notices.take_down(workspace(), actor(), path_code(notice_id), again=True)
    return redirect(_back(notice_id, "up"), 303)


def read_new(place: str | None = None) -> NewNotice:
    """What the form says; raises Refused."""
    from_day, until_day = forms.day("from", "从哪天起", required=True), forms.day("until", "贴到哪天", required=True)
    assert from_day is not None and until_day is not None
    return NewNotice(
        forms.text("title", "标题", MOST_TITLE, required=True),
        forms.text("text", "正文", MOST_TEXT, required=True),
        from_day,
        until_day,
        forms.text("signed", "落款", MOST_SIGNED),
        place,
    )


def _page(notice_id: str, form: Form | None = None, faults: dict[str, str] | None = None) -> str:
    line = notices.get_notice(workspace(), actor(), path_code(notice_id))
    return render_template(
        "notice.html", tab="ledger", line=line, notice=line.notice, form=form, faults=faults, said=_said()
    )


def _said() -> str | None:
    words = {"changed": "改好了，记得换贴新的。", "down": "已撤下。", "up": "又算贴着了。"}
    return words.get(request.args.get("done", ""))


def _back(notice_id: str, said: str) -> str:
    back = request.form.get("back", "")
    if back.startswith("/places/") or back in ("/notices", "/desk"):
        return back
    return f"/notices/{quote(path_code(notice_id))}?done={said}"
