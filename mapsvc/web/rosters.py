"""文明护卫队: the office's page of a roster, and the public page to join by, which needs no account."""

from urllib.parse import quote

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.permissions import Action
from mapsvc.domain.rosters import MOST_WANTED, USUAL_HOURS, Shift
from mapsvc.errors import Conflict, MapsvcError, NotFound, Refused
from mapsvc.operations import rosters
from mapsvc.operations.rosters import NewRoster
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.codes import code_svg, inside_address
from mapsvc.web.context import actor, require_page, workspace

blueprint = Blueprint("rosters", __name__)
COOKIE = "guard"
_COOKIE_DAYS = 70
_CODE_MM = 30.0


@blueprint.get("/rosters/<roster_id>")
def show(roster_id: str) -> str:
    """The slots, who took them, and the link to hand on."""
    return _page(roster_id)


@blueprint.post("/rosters/<roster_id>/cancel")
def cancel(roster_id: str) -> Response:
    """下雨取消: one slot, or a whole day."""
    require_page(Action.RUN_PLAYBOOK)

    def act() -> object:
        slot_id, day = forms.text("slot") or None, forms.day("day", "哪天")
        reason = forms.text("reason", "原因", 40, required=True)
        return rosters.call_off(workspace(), actor(), path_code(roster_id), reason, slot_id, day)

    return forms.done(act, _own(roster_id, "cancelled"), lambda form, faults: _page(roster_id, "cancel", form, faults))


@blueprint.post("/rosters/<roster_id>/restore")
def restore(roster_id: str) -> Response:
    """It takes place after all."""
    require_page(Action.RUN_PLAYBOOK)
    slot_id, day = forms.text("slot") or None, forms.day("day", "哪天")
    rosters.call_on(workspace(), actor(), path_code(roster_id), slot_id, day)
    return redirect(_own(roster_id, "restored"), 303)


@blueprint.post("/rosters/<roster_id>/close")
def close(roster_id: str) -> Response:
    """No more joining; or again."""
    again = bool(request.form.get("again"))
    rosters.close_roster(workspace(), actor(), path_code(roster_id), again=again)
    return redirect(_own(roster_id, "reopened" if again else "closed"), 303)


@blueprint.post("/rosters/<roster_id>/remove")
def remove(roster_id: str) -> Response:
    """Somebody said by word of mouth that they will not come."""
    rosters.remove_sign_up(workspace(), actor(), path_code(roster_id), forms.text("sign_up"))
    return redirect(_own(roster_id, "removed"), 303)


@blueprint.get("/g/<token>")
def opened(token: str) -> Response:
    """The page to join by: times, meeting point, how many are still wanted; nobody's name but the own."""
    return _link_page(token)


@blueprint.post("/g/<token>/join")
def join(token: str) -> Response:
    """Take a slot under a nickname."""
    mine = _mine()
    try:
        made = rosters.join(
            workspace(), path_code(token), forms.text("slot", most=36), request.form.get("name", "")[:100], mine
        )
    except (Refused, Conflict) as error:
        return _link_page(token, error, 409 if isinstance(error, Conflict) else 422)
    response = _no_store(redirect(f"/g/{quote(path_code(token))}?done=joined", 303))
    return _with_mine(response, token, [*(m for m in mine if m != made.id), made.id], made.name)


@blueprint.post("/g/<token>/leave")
def leave(token: str) -> Response:
    """Give a slot back."""
    rosters.leave(workspace(), path_code(token), forms.text("slot", most=36), _mine())
    return _no_store(redirect(f"/g/{quote(path_code(token))}?done=left", 303))


def read_new(place: str) -> NewRoster:
    """What the form says; raises Refused."""
    from_day, until_day = forms.day("from", "从哪天起", required=True), forms.day("until", "排到哪天", required=True)
    assert from_day is not None and until_day is not None
    hours = {}
    for shift in Shift:
        if shift.value not in forms.many("shifts"):
            continue
        usual = USUAL_HOURS[shift]
        first = forms.whole(f"{shift.value}_from", "几点开始", 0, 23)
        last = forms.whole(f"{shift.value}_until", "几点结束", 1, 24)
        hours[shift] = (usual[0] if first is None else first, usual[1] if last is None else last)
    wanted = forms.whole("wanted", "每班几人", 1, MOST_WANTED, required=True) or 1
    name = forms.text("name", "名称", 40, required=True)
    return NewRoster(name, from_day, until_day, hours, wanted, forms.text("meet_at", "集合地点", 60), place)


def _page(
    roster_id: str, open_form: str = "", form: forms.Form | None = None, faults: dict[str, str] | None = None
) -> str:
    who = require_page(Action.RUN_PLAYBOOK)
    found = rosters.get_roster(workspace(), who, path_code(roster_id))
    address = inside_address(f"/g/{found.roster.token}")
    said = {
        "cancelled": "取消了，链接上已经写明原因。",
        "restored": "恢复了。",
        "closed": "这一期收了，链接上不再报名。",
        "reopened": "又可以报名了。",
        "removed": "退了这一位。",
    }
    return render_template(
        "roster.html",
        tab="ledger",
        found=found,
        roster=found.roster,
        address=address,
        code=code_svg(address, _CODE_MM),
        said=said.get(request.args.get("done", "")),
        form=form,
        faults=faults,
        open_form=open_form,
    )


def _link_page(token: str, error: MapsvcError | None = None, status: int = 200) -> Response:
    found = rosters.open_link(workspace(), path_code(token), _mine())
    if found is None:
        raise NotFound("没有找到这个报名链接，请向街区书记要一个新的。", code="unknown_link")
    said = {"joined": "记下了，到时候见，谢谢您。", "left": "退掉了，谢谢您说一声。"}
    page = render_template(
        "roster_join.html",
        found=found,
        roster=found.roster,
        block=workspace().settings.block_name,
        phone=workspace().settings.office_phone,
        said=None if error else said.get(request.args.get("done", "")),
        error=error,
        failed=request.form.get("slot", "") if isinstance(error, Refused) else "",
        name=request.form.get("name", "")[:40] or request.cookies.get(f"{COOKIE}-name", "")[:40],
        token=path_code(token),
    )
    return _no_store(make_response(page, status))


def _mine() -> list[str]:
    """The sign-ups this browser holds: their ids are what lets it give them back."""
    parts = request.cookies.get(COOKIE, "").split(".")
    return [part for part in parts if len(part) == 36][: rosters.MOST_SLOTS_PER_BROWSER]


def _with_mine(response: Response, token: str, mine: list[str], name: str) -> Response:
    path, age = f"/g/{quote(path_code(token))}", _COOKIE_DAYS * 86400
    kept = ".".join(mine[-rosters.MOST_SLOTS_PER_BROWSER :])
    for key, value in ((COOKIE, kept), (f"{COOKIE}-name", name)):
        response.set_cookie(key, value, max_age=age, path=path, secure=request.is_secure, httponly=True, samesite="Lax")
    return response


def _no_store(response: Response) -> Response:
    # The token is an address: neither a cache nor the next page's log may learn it.
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _own(roster_id: str, said: str) -> str:
    return f"/rosters/{quote(path_code(roster_id))}?done={said}"
