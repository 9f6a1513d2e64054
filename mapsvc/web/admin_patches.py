"""责任片区: the divisions of the block there are, and a new one from a day on."""

import tempfile
from datetime import date
from pathlib import Path

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mapsvc.domain.permissions import Action
from mapsvc.domain.times import office_day
from mapsvc.errors import MapsvcError, Refused
from mapsvc.operations import patches as operations
from mapsvc.web.context import actor, require_page, workspace

blueprint = Blueprint("admin_patches", __name__, url_prefix="/admin/patches")


@blueprint.get("")
def index() -> str:
    """All versions, the form."""
    told = request.args
    numbers = [told.get(name, "") for name in ("count", "moved")]
    done = f"导入了{numbers[0]}个片区，{numbers[1]}户换了包联人。" if all(n.isdecimal() for n in numbers) else ""
    return _page(done=done)


@blueprint.post("")
def upload() -> Response | tuple[str, int]:
    """A new division; what does not tile is named and nothing is kept."""
    require_page(Action.EDIT_PATCHES)
    sent, asked = request.files.get("file"), request.form.get("from", "")
    try:
        if sent is None or not sent.filename:
            raise Refused("请先选一个文件。", field="file", code="no_file")
        with tempfile.TemporaryDirectory(prefix="patches-", dir=workspace().folder) as folder:
            # Only the ending of the name is taken over: it says what kind of file it is.
            file = Path(folder) / f"patches{Path(sent.filename).suffix.lower()[:10]}"
            sent.save(file)
            datum = request.form.get("datum") or None
            name = Path(sent.filename).name[:200]
            made = operations.import_patches(workspace(), actor(), file, _day(asked), datum, name)
    except MapsvcError as error:
        return _page(error), 422
    return redirect(url_for("admin_patches.index", count=made.count, moved=made.reassigned), 303)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("请填从哪一天起算。", field="from", code="no_day") from None


def _page(error: MapsvcError | None = None, done: str = "") -> str:
    who = require_page(Action.EDIT_PATCHES)
    today = office_day(workspace().clock())
    versions = operations.list_versions(workspace(), who)
    in_force = next((v.id for v in versions if v.valid_from <= today), None)
    by_field = {p.field: p.message for p in error.problems} if error else {}
    beside = {name: by_field[name] for name in ("from", "file", "datum") if name in by_field}
    return render_template(
        "admin_patches.html",
        tab="ledger",
        versions=versions,
        in_force=in_force,
        seed_from=operations.SEED_FROM,
        today=today.isoformat(),
        form=request.form,
        faults=beside,
        fault=error.message if error and not beside else "",
        problems=[p.message for p in error.problems] if error and not beside else [],
        done=done,
    )
