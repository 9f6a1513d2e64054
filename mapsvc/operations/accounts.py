"""Accounts of staff and tokens of programs: made, changed, ended by those who may."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain.accounts import LOGIN_PATTERN, Account, Session, Token, may_grant, password_fault, secret_hash
from mapsvc.domain.actors import ROLE_NAMES, SYSTEM, Actor, Role
from mapsvc.domain.permissions import Action, may, require
from mapsvc.errors import Conflict, FieldProblem, Forbidden, NotFound, Refused
from mapsvc.operations.signing_in import check_password, hash_password
from mapsvc.operations.workspace import Workspace
from mapsvc.store import accounts as store
from mapsvc.store import audit, register

LINK_LASTS = timedelta(hours=24)
_MANAGERS = (Role.ADMIN, Role.SECRETARY)


@dataclass(frozen=True)
class NewLink:
    """A one-time sign-in as handed to the person: `secret` goes into its address and is stored nowhere."""

    account: Account
    secret: str


@dataclass(frozen=True)
class OwnPage:
    """What a person sees of their own account."""

    session: Session
    sessions: int
    abilities: tuple[Action, ...]


def list_accounts(ws: Workspace, actor: Actor) -> list[Account]:
    """All accounts by login."""
    require(actor, Action.MANAGE_ACCOUNTS)
    with ws.read() as conn:
        return store.all_accounts(conn)


def known_units(ws: Workspace, actor: Actor) -> list[str]:
    """Residents' committees, property companies and owners' committees that the register names."""
    require(actor, Action.MANAGE_ACCOUNTS)
    with ws.read() as conn:
        return register.units(conn)


def list_tokens(ws: Workspace, actor: Actor) -> list[Token]:
    """Tokens in force, oldest first."""
    require(actor, Action.MANAGE_ACCOUNTS)
    with ws.read() as conn:
        return store.all_tokens(conn)


def add_account(
    ws: Workspace, actor: Actor, login: str, role: Role, name: str = "", password: str = "", unit: str = ""
) -> Account:
    """Give a person an account; a colleague known from the ledger by this name keeps their calls and shops.

    Parameters
    ----------
    login : str
        What they type to sign in.
    name : str
        How colleagues call them; the login if empty.
    password : str
        Empty: they choose one by a one-time link.
    unit : str
        Of a residents' committee or property company: which, as the register names it.

    Raises
    ------
    Refused
        Login or password unfit.
    Conflict
        The login is taken.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    _refuse_grant(actor, role)
    login, name = login.strip(), name.strip()
    _refuse_unfit(login, name, password)
    name = name or login
    hashed = hash_password(password) if password else None
    with ws.write() as conn:
        if store.by_login(conn, login):
            raise Conflict(f"登录名“{login}”已经有人用了，请换一个。", field="login", code="login_taken")
        now = ws.clock()
        person_id = store.staff_called(conn, name)
        if person_id is None:
            person_id = str(uuid4())
            store.add_staff(conn, person_id, name, now)
        account = Account(str(uuid4()), person_id, login, name, role, hashed, now, unit=unit.strip() or None)
        store.add(conn, account)
        _note(conn, ws, actor, "add_account", account)
        return account


def _refuse_unfit(login: str, name: str, password: str) -> None:
    problems: list[FieldProblem] = []
    if not LOGIN_PATTERN.fullmatch(login):
        text = "登录名要填，1到60个字：汉字、字母、数字和 . - _ @，中间不留空。"
        problems.append(FieldProblem("login", "bad_login", text))
    if len(name) > 40:
        problems.append(FieldProblem("name", "too_long", f"称呼最多40个字，现在是{len(name)}个。"))
    fault = password_fault(password, login) if password else None
    if fault:
        problems.append(FieldProblem("password", "weak_password", fault))
    if problems:
        raise Refused(problems[0].message, problems=problems, code=problems[0].code)


def _refuse_grant(actor: Actor, role: Role) -> None:
    if not may_grant(actor, role):
        raise Forbidden(f"{actor.role_name}不能管理{ROLE_NAMES[role]}的账号，请找管理员。", field="role")


def _managed(conn: Connection, actor: Actor, account_id: str) -> Account:
    require(actor, Action.MANAGE_ACCOUNTS)
    account = store.by_id(conn, account_id)
    if account is None:
        raise NotFound("没有这个账号，可能刚被别人改过；请刷新页面。")
    _refuse_grant(actor, account.role)
    return account


def _refuse_last(conn: Connection, account: Account) -> None:
    """Somebody must be left who can manage accounts."""
    if account.role in _MANAGERS and not account.disabled_at and store.count_active(conn, _MANAGERS) == 1:
        raise Refused(f"“{account.login}”是最后一个能管理账号的人，请先给别人管理的角色。", code="last_manager")


def change_role(ws: Workspace, actor: Actor, account_id: str, role: Role) -> Account:
    """Give an account another role; its browsers stay signed in and obey the new one at once."""
    with ws.write() as conn:
        account = _managed(conn, actor, account_id)
        _refuse_grant(actor, role)
        if role not in _MANAGERS:
            _refuse_last(conn, account)
        store.change(conn, account.id, role=role.value)
        _note(conn, ws, actor, "change_role", account)
        return account


def disable_account(ws: Workspace, actor: Actor, account_id: str) -> Account:
    """End an account: its browsers, links and tokens are dead at once; what the person did stays theirs."""
    with ws.write() as conn:
        account = _managed(conn, actor, account_id)
        if actor.person_id is not None and account.person_id == actor.person_id:
            raise Refused("不能停用自己的账号，请让另一位管理员来做。", code="own_account")
        _refuse_last(conn, account)
        store.change(conn, account.id, disabled_at=ws.clock())
        store.remove_sessions(conn, account.id)
        store.void_one_time(conn, account.id)
        _note(conn, ws, actor, "disable_account", account)
        return account


def enable_account(ws: Workspace, actor: Actor, account_id: str) -> Account:
    """Let a disabled account sign in again, with the password it had."""
    with ws.write() as conn:
        account = _managed(conn, actor, account_id)
        store.change(conn, account.id, disabled_at=None)
        _note(conn, ws, actor, "enable_account", account)
        return account


def one_time_link(ws: Workspace, actor: Actor, account_id: str, lasts: timedelta = LINK_LASTS) -> NewLink:
    """Make a one-time sign-in for an account; links given before are dead."""
    with ws.write() as conn:
        account = _managed(conn, actor, account_id)
        if account.disabled_at:
            raise Refused(f"账号“{account.login}”已停用，请先启用。", code="disabled")
        secret = secrets.token_urlsafe(24)
        store.void_one_time(conn, account.id)
        store.add_one_time(conn, secret_hash(secret), account.id, ws.clock() + lasts)
        _note(conn, ws, actor, "one_time_link", account)
        return NewLink(account, secret)


def account_called(ws: Workspace, login: str) -> Account:
    """The account with this login, for the command line.

    Raises
    ------
    NotFound
    """
    with ws.read() as conn:
        account = store.by_login(conn, login)
    if account is None:
        raise NotFound(f"没有叫“{login}”的账号。", field="user", code="unknown_user")
    return account


def first_of_role(ws: Workspace, role: Role) -> Account | None:
    """The oldest account in force of a role."""
    with ws.read() as conn:
        fit = [a for a in store.all_accounts(conn) if a.role is role and not a.disabled_at]
    return min(fit, key=lambda a: (a.created_at, a.login), default=None)


def change_password(ws: Workspace, session: Session, old: str, new: str) -> None:
    """Change one's own password; other browsers of the account are signed out.

    Raises
    ------
    Refused
        The old password is wrong (asked only if there is one), or the new one is unfit.
    """
    account = session.account
    if account.password_hash and not check_password(account, old):
        raise Refused("现在的密码不对，请再输一次。", field="old_password", code="wrong_password")
    fault = password_fault(new, account.login)
    if fault:
        raise Refused(fault, field="new_password", code="weak_password")
    hashed = hash_password(new)
    with ws.write() as conn:
        store.change(conn, account.id, password_hash=hashed)
        store.remove_sessions(conn, account.id, except_id=session.id)
        _note(conn, ws, account.actor, "change_password", account)


def own_page(ws: Workspace, session: Session) -> OwnPage:
    """What a person sees of their own account."""
    with ws.read() as conn:
        sessions = store.count_sessions(conn, session.account.id, ws.clock())
    # OWN counts as an ability: the page says what, the thing itself says on whose.
    mine = session.account.actor
    return OwnPage(session, sessions, tuple(a for a in Action if may(mine, a, mine.person_id)))


def create_token(ws: Workspace, actor: Actor, role: Role, label: str, login: str = "") -> tuple[Token, str]:
    """Make a bearer token; the secret is returned once and stored nowhere."""
    require(actor, Action.MANAGE_ACCOUNTS)
    _refuse_grant(actor, role)
    account = account_called(ws, login) if login else None
    if account and account.role is not role and actor != SYSTEM:
        _refuse_grant(actor, account.role)
    secret = f"ms_{secrets.token_urlsafe(32)}"
    with ws.write() as conn:
        token = Token(secret_hash(secret), role, label.strip()[:80] or ROLE_NAMES[role], ws.clock(), None, account)
        store.add_token(conn, token)
        _note_record(conn, ws, actor, "create_token", "token", token.id)
    return token, secret


def revoke_token(ws: Workspace, actor: Actor, token_id: str) -> Token:
    """End a token at once; `token_id` may be cut to its first characters (at least 8)."""
    require(actor, Action.MANAGE_ACCOUNTS)
    with ws.write() as conn:
        fit = [t for t in store.all_tokens(conn) if len(token_id) >= 8 and t.id.startswith(token_id)]
        if len(fit) != 1:
            raise NotFound(f"没有编号是“{token_id}”的令牌，可能已经停用。", field="token", code="unknown_token")
        _refuse_grant(actor, fit[0].role)
        store.revoke_token(conn, fit[0].id, ws.clock())
        _note_record(conn, ws, actor, "revoke_token", "token", fit[0].id)
        return fit[0]


def _note(conn: Connection, ws: Workspace, actor: Actor, action: str, account: Account) -> None:
    _note_record(conn, ws, actor, action, "account", account.id)


def _note_record(conn: Connection, ws: Workspace, actor: Actor, action: str, kind: str, record_id: str) -> None:
    audit.append(conn, actor, action, kind, record_id, at=ws.clock())
