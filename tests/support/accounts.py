"""Signing in for tests: a real account, a real session, the cookie and the token that go with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mapsvc.domain.actors import Actor
    from mapsvc.operations.workspace import Workspace


@dataclass(frozen=True)
class Signed:
    """A signed-in session: who, the cookie's value, and the token that unsafe requests carry."""

    actor: Actor
    cookie: str
    csrf: str


def signed_in(ws: Workspace, role: str, login: str = "", **person: Any) -> Signed:
    """Sign in as `role`: the account `login` if it is there (default: the oldest of the role), else a new one."""
    from mapsvc.domain.actors import SYSTEM, Role
    from mapsvc.operations import accounts, signing_in

    wanted = Role(role)
    account = accounts.first_of_role(ws, wanted) if not login else None
    if account is None:
        account = accounts.add_account(ws, SYSTEM, login or f"test-{role}", wanted, **person)
    link = accounts.one_time_link(ws, SYSTEM, account.id)
    fresh = signing_in.sign_in_once(ws, link.secret)
    session = fresh.session
    return Signed(session.account.actor, signing_in.cookie_value(ws, fresh.secret), session.csrf)
