"""账号: who can sign in, as what; one-time links; tokens of programs."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mapsvc.domain.accounts import may_grant
from mapsvc.domain.actors import ROLE_NAMES, Role
from mapsvc.errors import MapsvcError, Refused
from mapsvc.operations import accounts as operations
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("admin_people", __name__, url_prefix="/admin/people")
DONE = {
    "role": "角色改好了，马上生效。",
    "disable": "已停用，这个账号的设备都已退出。",
    "enable": "已启用。",
    "revoke": "令牌已停用。",
}


@blueprint.get("")
def index() -> str:
    """Accounts and tokens."""
    return _page(done=DONE.get(request.args.get("done", "")))


@blueprint.post("")
def create() -> tuple[str, int]:
    """A new account, with a one-time link to hand over."""
    form = {name: request.form.get(name, "").strip() for name in ("login", "name", "role", "unit")}
    try:
        made = operations.add_account(
            workspace(), actor(), form["login"], _role(form["role"]), form["name"], unit=form["unit"]
        )
        link = operations.one_time_link(workspace(), actor(), made.id)
    except MapsvcError as error:
        if not error.problems:
            raise
        return _page(form=form, faults={p.field: p.message for p in error.problems}), 422
    return _page(link=link), 201


@blueprint.post("/<account_id>/role")
def change_role(account_id: str) -> Response:
    """Another role."""
    operations.change_role(workspace(), actor(), account_id, _role(request.form.get("role", "")))
    return _back("role")


@blueprint.post("/<account_id>/disable")
def disable(account_id: str) -> Response:
    """End an account."""
    operations.disable_account(workspace(), actor(), account_id)
    return _back("disable")


@blueprint.post("/<account_id>/enable")
def enable(account_id: str) -> Response:
    """Let it sign in again."""
    operations.enable_account(workspace(), actor(), account_id)
    return _back("enable")


@blueprint.post("/<account_id>/link")
def link(account_id: str) -> str:
    """A one-time link, shown this once."""
    return _page(link=operations.one_time_link(workspace(), actor(), account_id))


@blueprint.post("/tokens")
def create_token() -> tuple[str, int]:
    """A token, shown this once."""
    role, label = _role(request.form.get("role", "")), request.form.get("label", "")
    _, secret = operations.create_token(workspace(), actor(), role, label)
    return _page(token=secret), 201


@blueprint.post("/tokens/<token_id>/revoke")
def revoke_token(token_id: str) -> Response:
    """End a token."""
    operations.revoke_token(workspace(), actor(), token_id)
    return _back("revoke")


def _role(given: str) -> Role:
    try:
        return Role(given)
    except ValueError:
        raise Refused("请选一个角色。", field="role", code="unknown_role") from None


def _back(done: str) -> Response:
    return redirect(url_for("admin_people.index", done=done), 303)


def _page(
    done: str | None = None,
    form: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
    link: operations.NewLink | None = None,
    token: str | None = None,
) -> str:
    who = actor()
    return render_template(
        "admin_people.html",
        tab="ledger",
        accounts=operations.list_accounts(workspace(), who),
        tokens=operations.list_tokens(workspace(), who),
        roles=[(r.value, ROLE_NAMES[r]) for r in Role if may_grant(who, r)],
        units=operations.known_units(workspace(), who),
        role_names={r.value: ROLE_NAMES[r] for r in Role},
        may_grant=lambda role: may_grant(who, role),
        own_person=who.person_id,
        done=done,
        form=form or {},
        faults=faults or {},
        link=link,
        link_address=url_for("accounts.once", secret=link.secret, _external=True) if link else "",
        token=token,
    )
