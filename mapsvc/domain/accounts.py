"""Accounts: who signs in, with what secret, and how long a guesser has to wait."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from mapsvc.domain.actors import ROLE_NAMES, Actor, Role

LOGIN_PATTERN = re.compile(r"[\w.\-@·]{1,60}")
PASSWORD_LENGTH_MIN = 8
PASSWORD_LENGTH_MAX = 200

ATTEMPT_WINDOW = timedelta(minutes=30)
FREE_ATTEMPTS_OF_LOGIN = 5
FREE_ATTEMPTS_OF_SOURCE = 20
LONGEST_WAIT_S = 15 * 60
SESSION_LONGEST = timedelta(days=14)

# Whom each role may give an account: a secretary runs the block, only an admin makes admins.
GRANTABLE: dict[Role, frozenset[Role]] = {
    Role.ADMIN: frozenset(Role),
    Role.SECRETARY: frozenset(Role) - {Role.ADMIN},
}


@dataclass(frozen=True)
class Account:
    """A sign-in of one person in one role.

    Attributes
    ----------
    password_hash : str or None
        Argon2id in PHC form; None until the person chose one by a one-time link.
    unit : str or None
        Of a residents' committee or property company: which, as the register names it.
    """

    id: str
    person_id: str
    login: str
    name: str
    role: Role
    password_hash: str | None
    created_at: datetime
    disabled_at: datetime | None = None
    unit: str | None = None

    @property
    def actor(self) -> Actor:
        """The person as they act when signed in with this account."""
        return Actor(self.person_id, self.name, self.role, self.unit)

    @property
    def role_name(self) -> str:
        """The role in Chinese."""
        return ROLE_NAMES[self.role]


@dataclass(frozen=True)
class Session:
    """A browser that is signed in; `id` is the hash of the secret in its cookie."""

    id: str
    account: Account
    csrf: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Token:
    """A bearer token for a program; `id` is the hash of the secret."""

    id: str
    role: Role
    label: str
    created_at: datetime
    revoked_at: datetime | None
    account: Account | None = None

    @property
    def actor(self) -> Actor:
        """The person the token speaks for, or a program of its role."""
        if self.account is None:
            return Actor(None, f"接口·{self.label}", self.role)
        return Actor(self.account.person_id, self.account.name, self.role, self.account.unit)


def secret_hash(secret: str) -> str:
    """SHA-256 of a random secret, in hex: what is stored in its place."""
    return hashlib.sha256(secret.encode()).hexdigest()


def wait_s(failures: int, free: int) -> int:
    """Seconds to wait after the last of `failures` wrong attempts, the first `free` of which cost nothing."""
    over = failures - free
    return 0 if over < 0 else min(LONGEST_WAIT_S, int(2 ** min(over, 20)) * 5)


def password_fault(password: str, login: str) -> str | None:
    """The sentence that says what is wrong with a new password, or None."""
    if len(password) < PASSWORD_LENGTH_MIN:
        return f"密码至少{PASSWORD_LENGTH_MIN}个字符，现在是{len(password)}个。"
    if len(password) > PASSWORD_LENGTH_MAX:
        return f"密码最多{PASSWORD_LENGTH_MAX}个字符。"
    if password.casefold() == login.casefold() or len(set(password)) < 4:
        return "这个密码太好猜，请换一个：不要和登录名一样，也不要只有两三种字符。"
    return None


def may_grant(giver: Actor, role: Role) -> bool:
    """Whether `giver` may create or change an account of `role`."""
    return giver.person_id is None or role in GRANTABLE.get(giver.role, frozenset())
