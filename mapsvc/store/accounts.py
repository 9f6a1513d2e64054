"""Accounts, sessions, tokens, one-time sign-ins and counted attempts in the store."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from mapsvc.domain.accounts import Account, Session, Token
from mapsvc.domain.actors import Role
from mapsvc.store.tables import account, one_time_sign_in, person, session, sign_in_attempt, token

_ACCOUNT = (
    account.c.id,
    account.c.person_id,
    account.c.login,
    person.c.name,
    person.c.nickname,
    account.c.role,
    account.c.password_hash,
    account.c.created_at,
    account.c.disabled_at,
    account.c.unit,
)


def _account(row: Row[*tuple[Any, ...]]) -> Account:
    return Account(
        row.id,
        row.person_id,
        row.login,
        row.nickname or row.name,
        Role(row.role),
        row.password_hash,
        row.created_at,
        row.disabled_at,
        row.unit,
    )


def _accounts() -> Select[Any]:
    return select(*_ACCOUNT).join(person, person.c.id == account.c.person_id)


def by_login(conn: Connection, login: str) -> Account | None:
    """The account with this login, disabled or not."""
    row = conn.execute(_accounts().where(account.c.login == login)).first()
    return _account(row) if row else None


def by_id(conn: Connection, account_id: str) -> Account | None:
    """The account with this id."""
    row = conn.execute(_accounts().where(account.c.id == account_id)).first()
    return _account(row) if row else None


def of_person(conn: Connection, person_id: str) -> list[Account]:
    """The accounts of a person: those that can sign in first, then by age."""
    ask = _accounts().where(account.c.person_id == person_id)
    return [
        _account(row)
        for row in conn.execute(ask.order_by(account.c.disabled_at.is_not(None), account.c.created_at, account.c.id))
    ]


def all_accounts(conn: Connection) -> list[Account]:
    """Every account by login."""
    return [_account(row) for row in conn.execute(_accounts().order_by(account.c.login))]


def count_active(conn: Connection, roles: Sequence[Role]) -> int:
    """How many accounts of `roles` can sign in."""
    ask = select(func.count()).where(account.c.role.in_(list(roles)), account.c.disabled_at.is_(None))
    return int(conn.execute(ask).scalar_one())


def add(conn: Connection, new: Account) -> None:
    """Store a new account."""
    conn.execute(
        insert(account).values(
            id=new.id,
            person_id=new.person_id,
            login=new.login,
            password_hash=new.password_hash,
            role=new.role.value,
            created_at=new.created_at,
            unit=new.unit,
        )
    )


def change(conn: Connection, account_id: str, **values: object) -> None:
    """Write `role`, `unit`, `password_hash` or `disabled_at` of an account."""
    conn.execute(update(account).where(account.c.id == account_id).values(**values))


def staff_called(conn: Connection, name: str) -> str | None:
    """Id of the staff person with this nickname, or with this name if only one has it."""
    staff = select(person.c.id).where(person.c.kind == "staff", person.c.left_at.is_(None))
    ids = list(conn.execute(staff.where(person.c.nickname == name)).scalars())
    ids = ids or list(conn.execute(staff.where(person.c.name == name).limit(2)).scalars())
    return ids[0] if len(ids) == 1 else None


def add_staff(conn: Connection, person_id: str, name: str, at: datetime) -> None:
    """Store a staff person, known by `name` to colleagues."""
    taken = select(person.c.id).where(person.c.kind == "staff", person.c.nickname == name)
    nickname = None if conn.execute(taken).first() else name[:40]
    conn.execute(insert(person).values(id=person_id, kind="staff", name=name, nickname=nickname, created_at=at))


def add_session(conn: Connection, new: Session) -> None:
    """Store a signed-in browser."""
    conn.execute(
        insert(session).values(
            id=new.id,
            account_id=new.account.id,
            csrf=new.csrf,
            created_at=new.created_at,
            seen_at=new.created_at,
            expires_at=new.expires_at,
        )
    )


def session_by_id(conn: Connection, session_id: str) -> Session | None:
    """The session with this hash, with its account."""
    columns = (session.c.csrf, session.c.created_at.label("since"), session.c.expires_at)
    ask = (
        select(*_ACCOUNT, *columns)
        .join(person, person.c.id == account.c.person_id)
        .join(session, session.c.account_id == account.c.id)
        .where(session.c.id == session_id)
    )
    row = conn.execute(ask).first()
    return Session(session_id, _account(row), row.csrf, row.since, row.expires_at) if row else None


def count_sessions(conn: Connection, account_id: str, now: datetime) -> int:
    """How many browsers are signed in with this account."""
    ask = select(func.count()).where(session.c.account_id == account_id, session.c.expires_at > now)
    return int(conn.execute(ask).scalar_one())


def remove_session(conn: Connection, session_id: str) -> None:
    """Sign one browser out."""
    conn.execute(delete(session).where(session.c.id == session_id))


def remove_sessions(conn: Connection, account_id: str, except_id: str | None = None) -> None:
    """Sign all browsers of an account out, but `except_id`."""
    conn.execute(delete(session).where(session.c.account_id == account_id, session.c.id != (except_id or "")))


def remove_expired(conn: Connection, now: datetime, attempts_before: datetime) -> None:
    """Forget sessions and links past their time, and attempts nobody counts any more."""
    conn.execute(delete(session).where(session.c.expires_at <= now))
    conn.execute(delete(one_time_sign_in).where(one_time_sign_in.c.expires_at <= now))
    conn.execute(delete(sign_in_attempt).where(sign_in_attempt.c.at < attempts_before))


def add_token(conn: Connection, new: Token) -> None:
    """Store a bearer token by its hash."""
    conn.execute(
        insert(token).values(
            id=new.id,
            account_id=new.account.id if new.account else None,
            role=new.role.value,
            label=new.label,
            created_at=new.created_at,
        )
    )


def _token(conn: Connection, row: Row[Any]) -> Token:
    owner = by_id(conn, row.account_id) if row.account_id else None
    return Token(row.id, Role(row.role), row.label, row.created_at, row.revoked_at, owner)


def token_by_id(conn: Connection, token_id: str) -> Token | None:
    """The token with this hash, revoked or not."""
    row = conn.execute(select(token).where(token.c.id == token_id)).first()
    return _token(conn, row) if row else None


def all_tokens(conn: Connection) -> list[Token]:
    """Tokens in force, oldest first."""
    ask = select(token).where(token.c.revoked_at.is_(None)).order_by(token.c.created_at, token.c.id)
    return [_token(conn, row) for row in conn.execute(ask).all()]


def revoke_token(conn: Connection, token_id: str, at: datetime) -> None:
    """End a token."""
    conn.execute(update(token).where(token.c.id == token_id, token.c.revoked_at.is_(None)).values(revoked_at=at))


def add_one_time(conn: Connection, link_id: str, account_id: str, expires_at: datetime) -> None:
    """Store a one-time sign-in by its hash."""
    conn.execute(insert(one_time_sign_in).values(id=link_id, account_id=account_id, expires_at=expires_at))


def one_time_account(conn: Connection, link_id: str, now: datetime) -> Account | None:
    """Whom an unused, unexpired one-time sign-in is for."""
    ask = select(one_time_sign_in.c.account_id).where(
        one_time_sign_in.c.id == link_id, one_time_sign_in.c.used_at.is_(None), one_time_sign_in.c.expires_at > now
    )
    account_id = conn.execute(ask).scalar_one_or_none()
    return by_id(conn, account_id) if account_id else None


def use_one_time(conn: Connection, link_id: str, now: datetime) -> bool:
    """Mark a one-time sign-in used; False if it was used before."""
    change_ = update(one_time_sign_in).where(one_time_sign_in.c.id == link_id, one_time_sign_in.c.used_at.is_(None))
    return conn.execute(change_.values(used_at=now)).rowcount == 1


def void_one_time(conn: Connection, account_id: str) -> None:
    """Make every open link of an account dead."""
    conn.execute(delete(one_time_sign_in).where(one_time_sign_in.c.account_id == account_id))


def add_attempt(conn: Connection, login: str, source: str, succeeded: bool, at: datetime) -> None:
    """Count an attempt; a success forgets the failures of this login from this source."""
    if succeeded:
        of_both = (sign_in_attempt.c.login == login, sign_in_attempt.c.source == source)
        conn.execute(delete(sign_in_attempt).where(*of_both))
    conn.execute(insert(sign_in_attempt).values(login=login, source=source, succeeded=succeeded, at=at))


def failures(conn: Connection, source: str, since: datetime, login: str | None = None) -> tuple[int, datetime | None]:
    """How many wrong attempts came from `source` (for `login`) since then, and when the last one was."""
    ask = select(func.count(), func.max(sign_in_attempt.c.at, type_=sign_in_attempt.c.at.type)).where(
        sign_in_attempt.c.source == source, sign_in_attempt.c.succeeded.is_(False), sign_in_attempt.c.at >= since
    )
    row = conn.execute(ask.where(sign_in_attempt.c.login == login) if login is not None else ask).one()
    return int(row[0]), row[1]
