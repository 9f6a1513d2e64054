"""/admin/register: who answers for which doors, as a table and over a picture of each street; add, change, remove."""

from collections.abc import Callable
from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mapsvc.domain.permissions import Action
from mapsvc.domain.register import FIELD_NAMES, MOST_NUMBER, SIDE_NAMES, RegisterEntry, Side, value_text
from mapsvc.operations import register as operations
from mapsvc.web import forms
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.register_picture import pictures

blueprint = Blueprint("admin_register", __name__, url_prefix="/admin/register")
SAID = {
    "added": "登记好了。",
    "changed": "改好了。",
    "removed": "删去了。",
    "undone": "撤销了，和没改过一样。",
    "same": "没有要改的。",
}
_TEXTS = ("building", "residents_committee", "property_company", "duty_phone", "owners_committee", "note")


@blueprint.get("")
def index() -> str:
    """The table, what is missing, the picture, a new entry."""
    return _page()


@blueprint.get("/<entry_id>")
def show(entry_id: str) -> str:
    """The form of one entry."""
    return _page(entry_id)


@blueprint.post("")
def add() -> Response:
    """A new entry."""
    require_page(Action.EDIT_REGISTER)

    def act() -> object:
        return operations.add_entry(workspace(), actor(), _read(forms.text("id", "", 36) or str(uuid4()), 1))

    return forms.done(act, _to("added"), lambda form, faults: _page("", form, faults))


@blueprint.post("/<entry_id>")
def change(entry_id: str) -> Response:
    """An entry changed."""
    require_page(Action.EDIT_REGISTER)

    def act() -> object:
        return operations.change_entry(workspace(), actor(), _read(entry_id, forms.version()))

    to: Callable[[object], str] = lambda made: _to("changed" if made else "same")  # noqa: E731
    return forms.done(act, to, lambda form, faults: _page(entry_id, form, faults))


@blueprint.post("/<entry_id>/remove")
def remove(entry_id: str) -> Response:
    """An entry taken out."""
    return forms.done(
        lambda: operations.remove_entry(workspace(), actor(), entry_id, forms.version()),
        _to("removed"),
        lambda form, faults: _page(entry_id, None, faults),
    )


@blueprint.post("/changes/<change_id>/undo")
def undo(change_id: str) -> Response:
    """A change taken back."""
    operations.undo_change(workspace(), actor(), change_id)
    return redirect(_to("undone"), 303)


def _to(done: str) -> str:
    return url_for("admin_register.index", done=done)


def _read(entry_id: str, version: int) -> RegisterEntry:
    first = forms.whole("number_from", "起号", 1, MOST_NUMBER, required=True)
    last = forms.whole("number_to", "止号", 1, MOST_NUMBER)
    side = forms.choice("side", Side, "单双号")
    assert first is not None
    assert side is not None
    texts = {name: forms.text(name, FIELD_NAMES[name], 200) or None for name in _TEXTS}
    street = forms.text("street", "路名", 40, required=True)
    return RegisterEntry(entry_id, street, first, last if last is not None else first, side, version=version, **texts)


def _page(entry_id: str = "", form: forms.Form | None = None, faults: dict[str, str] | None = None) -> str:
    who = require_page(Action.EDIT_REGISTER)
    ws = workspace()
    entry = operations.get_entry(ws, who, entry_id) if entry_id else None
    book = operations.open_book(ws, who)
    now = getattr(faults, "extra", {}).get("now")
    return render_template(
        "admin_register.html",
        tab="ledger",
        book=book,
        entry=entry,
        concerned=[d for d in book.doors if entry and entry.covers(d.street, d.number)],
        pictures=pictures(book.entries, book.doors),
        side_names=SIDE_NAMES,
        streets=[(name, name) for name in book.streets],
        sides=[(s.value, name) for s, name in SIDE_NAMES.items()],
        begin=_begin(),
        stale=_both_sides(entry, form) if isinstance(now, RegisterEntry) and entry and form else [],
        new_id=str(uuid4()),
        said=SAID.get(request.args.get("done", "")),
        form=form or {},
        faults=faults or {},
        open_form="",
    )


def _begin() -> dict[str, str]:
    """What a new entry begins with: a gap that was tapped."""
    return {name: request.args.get(name, "")[:40] for name in ("street", "number_from", "number_to", "side")}


def _both_sides(entry: RegisterEntry, form: forms.Form) -> list[tuple[str, str, str]]:
    """Fields that say something else here than what was typed: name, typed, now."""
    typed = {name: str(form.get(name, "")).strip() for name in FIELD_NAMES}
    typed["side"] = SIDE_NAMES[Side(typed["side"])] if typed["side"] in set(Side) else typed["side"]
    return [
        (label, typed[name] or "（空）", value_text(entry, name) or "（空）")
        for name, label in FIELD_NAMES.items()
        if typed[name] != value_text(entry, name)
    ]
