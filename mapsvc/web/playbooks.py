"""治理样板: the list, one with its versions, the form, the file; begun on a case or a place, ended with words."""

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.actors import Actor
from mapsvc.domain.effects import RESULT_NAMES
from mapsvc.domain.orders import STATE_NAMES as ORDER_STATE_NAMES
from mapsvc.domain.permissions import Action, may
from mapsvc.domain.playbook_files import LARGEST
from mapsvc.domain.playbooks import MAKES_NAMES, PHASE_NAMES, REPEAT_NAMES, Makes, Phase, Playbook, Repeat
from mapsvc.domain.rosters import MOST_WANTED
from mapsvc.domain.tasks import TASK_ROLE_NAMES
from mapsvc.errors import Refused
from mapsvc.operations import playbook_runs, playbooks
from mapsvc.operations.case_around import around
from mapsvc.operations.cases import CaseDetail
from mapsvc.operations.playbook_runs import NewRun, RunView
from mapsvc.operations.workspace import Workspace
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.form_ids import form_id
from mapsvc.web.forms import Form
from mapsvc.web.playbook_form import OPTIONS, read_content, step_forms

blueprint = Blueprint("playbooks", __name__)
SAID = {
    "run_started": "开始了，任务、派单、提示和排班都按样板排好了。",
    "run_ended": "收尾了，做过的都留在这里。",
}
_LIST_SAID = {
    "saved": "存成新的一版；正在用着的还按原来那版走。",
    "same": "和现在这版一样，没有改动。",
    "imported": "导入了。",
    "retired": "收起来了，不再用来开始新的治理。",
    "restored": "又可以用了。",
}


@dataclass(frozen=True)
class RunsOfCase:
    """Runs on a case, and the playbooks that could begin: those meant for its kind first.

    `at_place` are runs going on at the place it is at: code of the place and name of the playbook.
    """

    runs: tuple[RunView, ...]
    at_place: tuple[tuple[str, str], ...]
    fitting: tuple[Playbook, ...]
    others: tuple[Playbook, ...]


def case_section(ws: Workspace, who: Actor, case: CaseDetail) -> RunsOfCase | None:
    """Playbooks on the case's page; None where none ran and this reader may begin none."""
    found = case.line.found
    may_run = may(who, Action.RUN_PLAYBOOK) and found.case.is_open
    with ws.read() as conn:
        runs = playbook_runs.runs_of_case(ws, conn, who, around(conn, found.case.id, ws.clock()))
        at_place = playbook_runs.going_on_at(conn, found.issue.place_id)
        known = playbooks.shelf(ws, conn).playbooks.values() if may_run else ()
    usable = [p for p in known if p.retired_at is None]
    fitting = tuple(p for p in usable if p.fits(found.issue.kind))
    names = tuple((found.place_code or "", name) for name in at_place) if not runs else ()
    if not runs and not names and not may_run:
        return None
    return RunsOfCase(runs, names, fitting, tuple(p for p in usable if p not in fitting))


@blueprint.get("/playbooks")
def index() -> str:
    """All in force."""
    return _list_page()


@blueprint.get("/playbooks/<code>")
def show(code: str) -> str:
    """One, as it stands or as an earlier version stood, with what came of its runs."""
    who = require_page(Action.SEE_MAP)
    version = request.args.get("version", "")
    told = playbooks.get_playbook(workspace(), who, path_code(code), int(version) if version.isdecimal() else None)
    return render_template(
        "playbook.html",
        tab="ledger",
        told=told,
        playbook=told.playbook,
        newest=max((p.version for p in told.versions), default=told.playbook.version),
        result_names={r.value: name for r, name in RESULT_NAMES.items()},
        said=_LIST_SAID.get(request.args.get("done", "")),
        **_names(),
    )


@blueprint.get("/playbooks/new")
def new() -> str:
    """An empty form."""
    require_page(Action.EDIT_PLAYBOOKS)
    return _form_page(None, None, None)


@blueprint.post("/playbooks")
def create() -> AnyResponse:
    """A new one."""
    require_page(Action.EDIT_PLAYBOOKS)

    def act() -> Playbook:
        code = forms.text("code", "编号", 40, required=True)
        return playbooks.save_playbook(workspace(), actor(), read_content(code), None)

    return forms.done(act, lambda p: f"/playbooks/{p.code}?done=saved", lambda f, w: _form_page(None, f, w))


@blueprint.get("/playbooks/<code>/edit")
def edit(code: str) -> str:
    """The form."""
    require_page(Action.EDIT_PLAYBOOKS)
    return _form_page(path_code(code), None, None)


@blueprint.post("/playbooks/<code>")
def save(code: str) -> AnyResponse:
    """Save as a new version."""
    require_page(Action.EDIT_PLAYBOOKS)
    version = forms.version()

    def act() -> Playbook:
        return playbooks.save_playbook(workspace(), actor(), read_content(path_code(code)), version)

    def after(saved: Playbook) -> str:
        return f"/playbooks/{saved.code}?done={'same' if saved.version == version else 'saved'}"

    return forms.done(act, after, lambda form, faults: _form_page(path_code(code), form, faults))


@blueprint.post("/playbooks/<code>/retire")
def retire(code: str) -> AnyResponse:
    """Put it away, or take it out again."""
    again = bool(request.form.get("again"))
    playbooks.retire_playbook(workspace(), actor(), path_code(code), again=again)
    return redirect(f"/playbooks/{quote(path_code(code))}?done={'restored' if again else 'retired'}", 303)


@blueprint.get("/playbooks/<code>/file.toml", defaults={"form": "toml"})
@blueprint.get("/playbooks/<code>/file.json", defaults={"form": "json"})
def export(code: str, form: str) -> Response:
    """The file to hand on, with results and without persons."""
    require_page(Action.RUN_PLAYBOOK)
    name, text = playbooks.export_playbook(workspace(), actor(), path_code(code), form)
    kind = "application/json" if form == "json" else "application/toml"
    response = Response(text, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.post("/playbooks/import")
def take_in() -> AnyResponse:
    """A file from elsewhere."""
    require_page(Action.EDIT_PLAYBOOKS)

    def act() -> playbooks.Imported:
        file = request.files.get("file")
        if file is None or not file.filename:
            raise Refused("请选一个样板文件。", field="file", code="no_file")
        return playbooks.import_playbook(workspace(), actor(), file.stream.read(LARGEST + 1))

    def after(done: playbooks.Imported) -> str:
        return f"/playbooks/{done.playbook.code}?done={'imported' if done.is_changed else 'same'}"

    return forms.done(act, after, lambda form, faults: _list_page(faults))


@blueprint.get("/playbooks/<code>/start")
def prescribe(code: str) -> AnyResponse:
    """治理处方: which of its steps are wanted here."""
    require_page(Action.RUN_PLAYBOOK)
    case, place = request.args.get("case", ""), request.args.get("place", "")
    if not (case or place):
        return redirect(f"/playbooks/{quote(path_code(code))}", 303)
    return make_response(_start_page(path_code(code), case, place, None, None))


@blueprint.get("/playbooks/start")
def choose() -> AnyResponse:
    """From a list of playbooks to the one chosen."""
    require_page(Action.RUN_PLAYBOOK)
    code = path_code(request.args.get("playbook", ""))
    if not code:
        return redirect("/playbooks", 303)
    about = "&".join(f"{n}={quote(path_code(request.args[n]))}" for n in ("case", "place") if request.args.get(n))
    return redirect(f"/playbooks/{quote(code)}/start?{about}", 303)


@blueprint.post("/cases/<case_id>/playbook")
def on_case(case_id: str) -> AnyResponse:
    """Begin on a case."""
    require_page(Action.RUN_PLAYBOOK)
    return _start(path_code(case_id), "", f"/cases/{quote(path_code(case_id))}?done=run_started#playbook")


@blueprint.post("/places/<code>/playbook")
def on_place(code: str) -> AnyResponse:
    """Begin at a place."""
    require_page(Action.RUN_PLAYBOOK)
    return _start("", path_code(code), f"/places/{quote(path_code(code))}?done=run_started")


@blueprint.post("/runs/<run_id>/end")
def end(run_id: str) -> AnyResponse:
    """End a run with words."""
    require_page(Action.RUN_PLAYBOOK)
    ws = workspace()

    def act() -> object:
        return playbook_runs.end_run(ws, actor(), path_code(run_id), forms.text("outcome", "收尾的话", 1000))

    with ws.read() as conn:
        run = playbook_runs.get_run(conn, path_code(run_id))
        place = playbook_runs.place_code_of(conn, run)
    open_form = f"end-{run.id}"
    if run.case_id and not (place and request.form.get("back") == "place"):
        from mapsvc.web.cases import case_page

        case_id = run.case_id
        return forms.done(
            act, f"/cases/{case_id}?done=run_ended#playbook", lambda f, w: case_page(case_id, open_form, f, w)
        )
    from mapsvc.web.places import place_page

    code = place or ""
    return forms.done(act, f"/places/{code}?done=run_ended", lambda f, w: place_page(code, open_form, f, w))


def _start(case: str, place: str, to: str) -> AnyResponse:
    def act() -> object:
        return playbook_runs.start_run(workspace(), actor(), _read_run(case, place))

    code = path_code(request.form.get("playbook", ""))
    return forms.done(act, to, lambda form, faults: _start_page(code, case, place, form, faults))


def _read_run(case: str, place: str) -> NewRun:
    used = {int(n) for n in forms.many("use") if n.isascii() and n.isdigit() and len(n) < 4}
    total = forms.whole("total", "", 0, 100) or 0
    return NewRun(
        form_id(),
        forms.text("playbook", "样板", 40, required=True),
        case or None,
        place or None,
        frozenset(n for n in range(1, total + 1) if n not in used),
        forms.text("order_to", "派给谁", 60),
        forms.day("notice_until", "提示贴到哪天"),
        forms.day("roster_from", "护卫队从哪天起"),
        forms.day("roster_until", "护卫队排到哪天"),
        forms.whole("roster_wanted", "每班几人", 1, MOST_WANTED) or playbook_runs.ROSTER_WANTED,
        forms.text("meet_at", "集合地点", 60),
    )


def _list_page(faults: dict[str, str] | None = None) -> str:
    who = require_page(Action.SEE_MAP)
    shelf = playbooks.list_playbooks(workspace(), who)
    return render_template(
        "playbooks.html",
        tab="ledger",
        shelf=shelf,
        playbooks=list(shelf.playbooks.values()),
        form=None,
        faults=faults,
        open_form="import" if faults else "",
        said=_LIST_SAID.get(request.args.get("done", "")),
        **_names(),
    )


def _form_page(code: str | None, form: Form | None, faults: dict[str, str] | None) -> str:
    told = playbooks.get_playbook(workspace(), actor(), code) if code else None
    now = told.playbook if told else None
    return render_template(
        "playbook_form.html",
        tab="ledger",
        playbook=now,
        # Shown again after a conflict it is sent under the version that stands there now.
        version=now.version if now else 0,
        steps=step_forms(now.content if now else None, form),
        options=OPTIONS,
        form=form,
        faults=faults,
        is_stale=bool(faults and "version" in faults),
        **_names(),
    )


def _start_page(code: str, case: str, place: str, form: Form | None, faults: dict[str, str] | None) -> str:
    ws, who = workspace(), actor()
    told = playbooks.get_playbook(ws, who, code)
    with ws.read() as conn:
        spot = playbook_runs.spot_of(conn, path_code(case) or None, path_code(place) or None, ws.clock())
    steps = list(enumerate(told.playbook.content.steps, start=1))
    used = {str(n) for n in (form or {}).get("use", [])} if form else {str(n) for n, _ in steps}
    return render_template(
        "playbook_start.html",
        tab="cases" if case else "map",
        playbook=told.playbook,
        spot=spot,
        steps=steps,
        phases=[(p, [(n, s) for n, s in steps if s.phase is p]) for p in Phase],
        used=used,
        makes={s.makes for _, s in steps},
        Makes=Makes,
        to=f"/cases/{case}/playbook" if case else f"/places/{place}/playbook",
        back=f"/cases/{case}" if case else f"/places/{place}",
        fresh_id=form_id(),
        wanted=playbook_runs.ROSTER_WANTED,
        form=form,
        faults=faults,
        **_names(),
    )


def words() -> dict[str, object]:
    """The names that runs show on the pages of cases and places alike."""
    return _names() | {"order_names": ORDER_STATE_NAMES}


def _names() -> dict[str, object]:
    return {
        "phase_names": PHASE_NAMES,
        "role_names": TASK_ROLE_NAMES,
        "repeat_names": REPEAT_NAMES,
        "makes_names": MAKES_NAMES,
        "once": Repeat.ONCE,
        "task_only": Makes.TASK,
    }
