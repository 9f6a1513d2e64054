"""A person's calendar feed: made, revoked, read with its secret alone."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from mapsvc.domain.accounts import Account, Session
from mapsvc.domain.actors import Role
from mapsvc.domain.feeds import Due, Feed, calendar, id_of, new_secret
from mapsvc.domain.permissions import Action, may
from mapsvc.domain.times import office_day
from mapsvc.errors import NotFound
from mapsvc.operations.return_visits import return_visits_on
from mapsvc.operations.workspace import Workspace
from mapsvc.store import accounts as store_accounts
from mapsvc.store import audit as store_audit
from mapsvc.store import feeds as store_feeds

AHEAD = timedelta(days=60)
BACK = timedelta(days=14)
"""What fell due longer ago is no longer in the feed: it stands on the pages."""


@dataclass(frozen=True)
class Made:
    """A new feed with its secret, which is shown this once."""

    feed: Feed
    secret: str


def make_feed(ws: Workspace, session: Session) -> Made:
    """Make the feed of who is signed in; the one there was can no longer be read."""
    account, at, secret = session.account, ws.clock(), new_secret()
    new = Feed(id_of(secret), account.id, at)
    with ws.write() as conn:
        store_feeds.revoke_all(conn, account.id, at)
        store_feeds.add(conn, new)
        store_audit.append(conn, account.actor, "make_feed", "feed", new.id, None, account.id, at)
    return Made(new, secret)


def revoke_feed(ws: Workspace, session: Session) -> bool:
    """Revoke the feed of who is signed in; whether there was one."""
    account, at = session.account, ws.clock()
    with ws.write() as conn:
        feed = store_feeds.of_account(conn, account.id)
        if feed is None:
            return False
        store_feeds.revoke_all(conn, account.id, at)
        store_audit.append(conn, account.actor, "revoke_feed", "feed", feed.id, account.id, None, at)
    return True


def own_feed(ws: Workspace, session: Session) -> Feed | None:
    """The feed of who is signed in."""
    with ws.read() as conn:
        return store_feeds.of_account(conn, session.account.id)


def read_feed(ws: Workspace, secret: str, base_url: str) -> str:
    """What is due for the person of a feed, as text/calendar.

    Raises
    ------
    NotFound
        No such feed, a revoked one, or the account can no longer sign in.
    """
    at = ws.clock()
    with ws.read() as conn:
        account = account_of(conn, secret)
        found = dues(ws, conn, account)
    name = f"{ws.settings.block_name} {account.name}"
    return calendar(name, found, base_url, at)


def account_of(conn: Connection, secret: str) -> Account:
    """Whose feed has this secret; raises NotFound as `read_feed`."""
    feed = store_feeds.by_id(conn, id_of(secret))
    account = store_accounts.by_id(conn, feed.account_id) if feed and feed.revoked_at is None else None
    if account is None or account.disabled_at is not None:
        raise NotFound("这个日历地址没有了，可能已经作废；请在“我的”里重新生成。", code="unknown_feed")
    return account


def dues(ws: Workspace, conn: Connection, account: Account) -> list[Due]:
    """Everything due for a person, by time: own promises, tasks, return visits, councils, shifts; for the secretary
    what runs out in the block too."""
    at, who = ws.clock(), account.person_id
    since, until = at - BACK, at + AHEAD
    found = [*store_feeds.promises(conn, who, since), *store_feeds.tasks(conn, who, since)]
    found += store_feeds.shifts(conn, who, since)
    if may(account.actor, Action.RECORD_VISIT):
        mine = [one.case_id for one in return_visits_on(conn, office_day(until)) if one.worker_id == who]
        found += [due for due in store_feeds.returns(conn, mine) if since <= due.at < until]
    is_secretary = account.role is Role.SECRETARY
    found += store_feeds.councils(conn, since, None if is_secretary else who)
    if is_secretary:
        found += store_feeds.deadlines(conn, since, until)
    return sorted(found, key=lambda due: (due.at, due.kind, due.id))
