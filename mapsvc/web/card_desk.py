"""`/cards`: 联心卡 of the street: who needs one, sheets of ten to print, the chat code on all of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.cards import MOST_AT_ONCE, STANDING_NAMES, Standing
from mapsvc.domain.permissions import Action
from mapsvc.domain.photos import LARGEST_PHOTO, Photo
from mapsvc.domain.places import SIDE_NAMES
from mapsvc.errors import Refused
from mapsvc.operations import cards as operations
from mapsvc.operations import chat_code
from mapsvc.operations.card_sheets import CardDesk, CardLine, card_desk, faces
from mapsvc.web import forms
from mapsvc.web.card_paper import face_of, kept_by_nobody, words
from mapsvc.web.codes import is_reachable
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.forms import Form

blueprint = Blueprint("card_desk", __name__, url_prefix="/cards")
PER_SHEET = 10
# Left and top of each card on A4 in mm: two columns with room for the bleed of the right one's bar between them.
LEFTS, TOPS = (13.5, 106.5), (13.5, 67.5, 121.5, 175.5, 229.5)
SHOWN = {"need": "要做、要印的", **{one.value: name for one, name in STANDING_NAMES.items()}, "all": "全部"}
SAID = {
    "code": "微信码换好了，以后印的卡都用它。",
    "back": "恢复了原来的微信码。",
    "unprinted": "去掉了，这些卡算没印过。",
}


@dataclass(frozen=True)
class Stretch:
    """One side of a street, with its doors."""

    title: str
    lines: tuple[CardLine, ...]


@blueprint.get("")
def index() -> str:
    """Every door and its card."""
    return _page()


@blueprint.post("")
def make() -> AnyResponse:
    """Make the cards that are missing at the chosen doors, and lay them all out to be printed."""
    require_page(Action.MAKE_CARDS)

    def act() -> str:
        made = operations.make_cards(workspace(), actor(), forms.many("door"))
        if not made:
            raise Refused("选的几家现在都没有店家，等新店开了再做卡。", field="doors", code="no_tenancy")
        return _sheet_url(made)

    return forms.done(act, str, lambda form, faults: _page(form, faults))


@blueprint.get("/sheet")
def sheet() -> AnyResponse:
    """A4 sheets of ten with cut marks."""
    who = require_page(Action.MAKE_CARDS)
    if not request.args.get("doors"):
        return redirect("/cards", 303)
    codes = _doors(request.args.get("doors", ""))
    found = [face_of(one) for one in faces(workspace(), who, codes)]
    sheets = [found[n : n + PER_SHEET] for n in range(0, len(found), PER_SHEET)]
    page = render_template(
        "card_sheet.html", sheets=sheets, count=len(found), doors=",".join(codes), lefts=LEFTS, tops=TOPS,
        missing=len(codes) - len(found), is_printed=request.args.get("done") == "printed",
        is_reachable=is_reachable(), **words(),
    )  # fmt: skip
    return kept_by_nobody(make_response(page))


@blueprint.post("/printed")
def printed() -> AnyResponse:
    """The print button: remember that these cards were printed."""
    require_page(Action.MAKE_CARDS)
    codes = _doors(request.form.get("doors", ""))
    operations.mark_printed(workspace(), actor(), codes)
    return redirect(_sheet_url(codes, done="printed"), 303)


@blueprint.post("/unprinted")
def unprinted() -> AnyResponse:
    """They were not printed after all."""
    require_page(Action.MAKE_CARDS)
    operations.unmark_printed(workspace(), actor(), _doors(request.form.get("doors", "")))
    return redirect("/cards?done=unprinted", 303)


@blueprint.post("/chat-code")
def put_picture() -> AnyResponse:
    """Take the secretary's chat code."""
    require_page(Action.MAKE_CARDS)
    before = chat_code.current(workspace())

    def act() -> Photo:
        file = request.files.get("picture")
        if file is None or not file.filename:
            raise Refused("请先选一张图：在微信里打开“我的二维码”，保存到手机再传。", field="picture", code="no_file")
        content = file.stream.read(LARGEST_PHOTO + 1)
        if len(content) > LARGEST_PHOTO:
            raise Refused("这张图太大，请重新从微信里保存二维码再传。", field="picture", code="photo_too_large")
        return chat_code.put_picture(workspace(), actor(), content, _box(request.form.get("box", "")))

    def to(new: Photo) -> str:
        return "/cards?" + urlencode({"done": "code", **({"was": before.id} if before and before.id != new.id else {})})

    return forms.done(act, to, lambda form, faults: _page(None, faults))


@blueprint.post("/chat-code/remove")
def remove_picture() -> AnyResponse:
    """Print no chat code."""
    require_page(Action.MAKE_CARDS)
    gone = chat_code.remove_picture(workspace(), actor())
    return redirect("/cards?" + urlencode({"was": gone.id} if gone else {}), 303)


@blueprint.post("/chat-code/restore")
def restore_picture() -> AnyResponse:
    """The picture before is printed again."""
    require_page(Action.MAKE_CARDS)
    return forms.done(
        lambda: chat_code.restore_picture(workspace(), actor(), request.form.get("photo", "")[:36]),
        "/cards?done=back", lambda form, faults: _page(None, faults),
    )  # fmt: skip


def _page(form: Form | None = None, faults: dict[str, str] | None = None) -> str:
    who = require_page(Action.MAKE_CARDS)
    desk = card_desk(workspace(), who)
    shown = request.args.get("show", "need")
    shown = shown if shown in SHOWN else "need"
    worker, street = request.args.get("worker", "")[:36], request.args.get("street", "")[:40]
    lines = [one for one in desk.lines if _is_shown(one, shown, worker, street)]
    counts = {one: sum(line.standing is one for line in desk.lines) for one in Standing}
    chat, was = chat_code.current(workspace()), request.args.get("was", "")[:36]
    return render_template(
        "cards.html", tab="enquiries", stretches=_stretches(lines), lines=lines, counts=counts, names=STANDING_NAMES,
        shown=shown, shows=SHOWN, worker=worker, street=street, workers=_workers(desk), streets=_streets(desk.lines),
        most=MOST_AT_ONCE, form=form, faults=faults, chat=chat, was="" if chat and chat.id == was else was,
        said=SAID.get(request.args.get("done", "")), standings=Standing, ticked=forms.many("door"), **words(),
    )  # fmt: skip


def _is_shown(line: CardLine, shown: str, worker: str, street: str) -> bool:
    is_of = line.is_needed if shown == "need" else shown == "all" or line.standing.value == shown
    return (
        is_of
        and (not worker or (line.shop.worker_id or "nobody") == worker)
        and (not street or line.shop.location.street == street)
    )


def _stretches(lines: Iterable[CardLine]) -> tuple[Stretch, ...]:
    found: dict[str, list[CardLine]] = {}
    for line in lines:
        where = line.shop.location
        title = f"{where.street or '没有路名'}{' ' + SIDE_NAMES[where.side] if where.side in SIDE_NAMES else ''}"
        found.setdefault(title, []).append(line)
    return tuple(Stretch(title, tuple(some)) for title, some in found.items())


def _workers(desk: CardDesk) -> tuple[tuple[str, str], ...]:
    """Who looks after doors, with the name of the patch where it is told."""
    found: dict[str, str] = {}
    for line in desk.lines:
        who = line.shop.worker
        if who is not None:
            patch = desk.patches.get(who.id)
            found[who.id] = f"{who.display_name}（{patch}）" if patch else who.display_name
    rest = (("nobody", "没有包联人"),) if any(line.shop.worker is None for line in desk.lines) else ()
    return (*sorted(found.items(), key=lambda item: (item[1], item[0])), *rest)


def _streets(lines: Iterable[CardLine]) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in dict.fromkeys(line.shop.location.street for line in lines) if name)


def _doors(text: str) -> tuple[str, ...]:
    return operations.few([code.strip()[:40] for code in text.split(",")])


def _sheet_url(codes: Iterable[str], **more: str) -> str:
    query: Mapping[str, str] = {"doors": ",".join(codes), **more}
    return f"/cards/sheet?{urlencode(query)}"


def _box(text: str) -> chat_code.Box | None:
    """Where the browser saw the code: "left,top,side" as shares of the picture's width; None for anything else."""
    try:
        left, top, side = (float(part) for part in text.split(","))
    except ValueError:
        return None
    return (left, top, side) if 0 <= left <= 1 and 0 <= top <= 4 and 0 < side <= 1 else None
