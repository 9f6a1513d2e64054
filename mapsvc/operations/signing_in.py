"""Signing in and out: passwords, one-time links, sessions of browsers, tokens of programs."""

import hmac
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from mapsvc.domain.accounts import (
    ATTEMPT_WINDOW,
    FREE_ATTEMPTS_OF_LOGIN,
    FREE_ATTEMPTS_OF_SOURCE,
    SESSION_LONGEST,
    Account,
    Session,
    Token,
    secret_hash,
    wait_s,
)
from mapsvc.errors import NotSignedIn, Refused, TooMany
from mapsvc.operations.workspace import Workspace
from mapsvc.store import accounts as store
from mapsvc.store import settings as store_settings

if TYPE_CHECKING:
    from argon2 import PasswordHasher

WRONG = "登录名或密码不对，请再试一次；忘了密码请找街区书记要一个一次性登录链接。"
DEAD_LINK = "这个登录链接已经用过或过期了，请找街区书记重新要一个。"
COOKIE_KEY = "cookie_key"
# A cookie is renewed at most this often: the time last seen travels in it, so that reading never writes.
RENEW_AFTER = timedelta(minutes=5)

# Argon2 takes its memory per run: two at a time keep a small server small.
_hashing = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class SignedIn:
    """A fresh session and the secret for its cookie, which is shown nowhere else."""

    session: Session
    secret: str


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    # Above the least that OWASP's password storage sheet names for Argon2id (19 MiB twice); about 40 ms of one core.
    return PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """Argon2id of `password` in PHC form."""
    with _hashing:
        return _hasher().hash(password)


@cache
def _nobody() -> str:
    return hash_password(secrets.token_hex(8))


def _matches(stored: str | None, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    # Unknown logins cost the same time as known ones.
    against = stored or _nobody()
    try:
        with _hashing:
            return _hasher().verify(against, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def check_password(account: Account, password: str) -> bool:
    """Whether `password` is the account's."""
    return _matches(account.password_hash, password)


def sign_in(ws: Workspace, login: str, password: str, source: str) -> SignedIn:
    """Sign a browser in by password.

    Wrong attempts are counted per login and source, and per source: whoever guesses waits longer and longer, the
    owner of the login gets in from elsewhere all the same.

    Raises
    ------
    TooMany
        Too many wrong attempts from this source; `extra["retry_after_s"]` says how long to wait.
    Refused
        Login or password wrong, or the account is disabled; the sentence does not tell which.
    """
    login, now = login.strip()[:60], ws.clock()
    with ws.read() as conn:
        _refuse_guessers(conn, login, source, now)
        account = store.by_login(conn, login)
    good = _matches(account.password_hash if account else None, password[:1000])
    if not good or account is None or account.disabled_at:
        with ws.write() as conn:
            store.add_attempt(conn, login, source, False, now)
        raise Refused(WRONG, field="password", code="wrong_password")
    renewed = hash_password(password) if _hasher().check_needs_rehash(account.password_hash or "") else None
    with ws.write() as conn:
        if renewed:
            store.change(conn, account.id, password_hash=renewed)
        store.add_attempt(conn, login, source, True, now)
        return _open_session(conn, account, now)


def _refuse_guessers(conn: Connection, login: str, source: str, now: datetime) -> None:
    for of_login, free in ((login, FREE_ATTEMPTS_OF_LOGIN), (None, FREE_ATTEMPTS_OF_SOURCE)):
        count, last = store.failures(conn, source, now - ATTEMPT_WINDOW, of_login)
        left_s = wait_s(count, free) - int((now - last).total_seconds()) if last else 0
        if left_s > 0:
            raise TooMany(
                f"输错次数多了，请{_span(left_s)}后再试；也可以找街区书记要一个一次性登录链接。",
                field="password",
                extra={"retry_after_s": left_s},
            )


def _span(seconds: int) -> str:
    return f"{seconds}秒" if seconds < 60 else f"{-(-seconds // 60)}分钟"


def _open_session(conn: Connection, account: Account, now: datetime) -> SignedIn:
    store.remove_expired(conn, now, now - 4 * ATTEMPT_WINDOW)
    if not store_settings.get(conn, COOKIE_KEY):
        store_settings.put(conn, COOKIE_KEY, secrets.token_hex(32), now)
    secret = secrets.token_urlsafe(32)
    session = Session(secret_hash(secret), account, secrets.token_urlsafe(24), now, now + SESSION_LONGEST)
    store.add_session(conn, session)
    return SignedIn(session, secret)


def sign_in_once(ws: Workspace, link_secret: str) -> SignedIn:
    """Sign a browser in by a one-time link, which is used up by it.

    Raises
    ------
    NotSignedIn
        Used, expired, unknown, or the account is disabled.
    """
    now, link_id = ws.clock(), secret_hash(link_secret)
    with ws.write() as conn:
        account = store.one_time_account(conn, link_id, now)
        if account is None or account.disabled_at or not store.use_one_time(conn, link_id, now):
            raise NotSignedIn(DEAD_LINK, code="dead_link")
        return _open_session(conn, account, now)


def whose_link(ws: Workspace, link_secret: str) -> Account:
    """The account a one-time link is for, without using it up (link previews ask, too).

    Raises
    ------
    NotSignedIn
        As `sign_in_once`.
    """
    with ws.read() as conn:
        account = store.one_time_account(conn, secret_hash(link_secret), ws.clock())
    if account is None or account.disabled_at:
        raise NotSignedIn(DEAD_LINK, code="dead_link")
    return account


def sign_out(ws: Workspace, session: Session) -> None:
    """End this browser's session."""
    with ws.write() as conn:
        store.remove_session(conn, session.id)


def sign_out_everywhere(ws: Workspace, session: Session) -> None:
    """End every session of the account, this one too."""
    with ws.write() as conn:
        store.remove_sessions(conn, session.account.id)


def by_token(ws: Workspace, secret: str) -> Token:
    """The token in force with this secret.

    Raises
    ------
    NotSignedIn
        Unknown, revoked, or its account is disabled.
    """
    with ws.read() as conn:
        token = store.token_by_id(conn, secret_hash(secret))
    if token is None or token.revoked_at or (token.account and token.account.disabled_at):
        raise NotSignedIn("令牌无效或已停用，请向管理员要一个新的。", code="bad_token")
    return token


@dataclass(frozen=True)
class Cookie:
    """What a session cookie says: the secret and when it was last seen, sealed with the office's key."""

    secret: str
    seen_at: datetime

    def sealed(self, key: str) -> str:
        """The cookie's value."""
        body = f"{self.secret}.{int(self.seen_at.timestamp()):x}"
        return f"{body}.{_seal(key, body)}"

    @classmethod
    def opened(cls, value: str, key: str) -> "Cookie | None":
        """Read a value; None if it was not sealed with `key`."""
        body, _, seal = value.rpartition(".")
        secret, _, seen = body.rpartition(".")
        if not secret or not hmac.compare_digest(_seal(key, body).encode(), seal.encode()):
            return None
        from datetime import UTC

        return cls(secret, datetime.fromtimestamp(int(seen, 16), UTC))


def _seal(key: str, body: str) -> str:
    return hmac.new(key.encode(), body.encode(), sha256).hexdigest()[:32]


def cookie_value(ws: Workspace, secret: str) -> str:
    """The cookie of a session, seen now."""
    with ws.read() as conn:
        key = store_settings.get(conn, COOKIE_KEY) or ""
    return Cookie(secret, ws.clock()).sealed(key)


@dataclass(frozen=True)
class Visitor:
    """A signed-in browser; `renewed` is the cookie to send when the old one is some minutes old."""

    session: Session
    renewed: str | None


def by_cookie(ws: Workspace, value: str) -> Visitor:
    """The session of a cookie.

    Raises
    ------
    NotSignedIn
        Altered, signed out, idle for too long, past its longest time, or the account is disabled.
    """
    now = ws.clock()
    gone = NotSignedIn("登录已过期，请重新登录；没保存的内容登录后还在。", code="session_over")
    with ws.read() as conn:
        key = store_settings.get(conn, COOKIE_KEY)
        cookie = Cookie.opened(value, key) if key else None
        if cookie is None or now - cookie.seen_at > timedelta(hours=ws.settings.session_hours):
            raise gone
        session = store.session_by_id(conn, secret_hash(cookie.secret))
    if session is None or session.expires_at <= now or session.account.disabled_at:
        raise gone
    is_old = now - cookie.seen_at >= RENEW_AFTER
    return Visitor(session, Cookie(cookie.secret, now).sealed(key or "") if is_old else None)
