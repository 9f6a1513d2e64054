"""People, their accounts, sessions and tokens; settings of the office."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from mapsvc.store.tables.base import key, metadata, ref, time

setting = Table(
    "setting",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("value", Text, nullable=False),
    time("changed_at", required=True),
)

# kind: staff | merchant | other. Staff of a ledger have a nickname, unique in the office (migrations/schema.py).
person = Table(
    "person",
    metadata,
    key(),
    Column("kind", String(12), nullable=False),
    Column("name", Text, nullable=False),
    Column("nickname", String(40)),
    Column("phone", String(40)),
    time("created_at", required=True),
    time("left_at"),
    time("erased_at"),
)

# unit: the residents' committee or property company the account speaks for, as the register names it.
account = Table(
    "account",
    metadata,
    key(),
    ref("person_id", "person", required=True, index=True),
    Column("login", String(60), nullable=False, unique=True),
    Column("password_hash", Text),
    Column("role", String(12), nullable=False),
    time("created_at", required=True),
    time("disabled_at"),
    Column("unit", Text),
)

# `id` is the SHA-256 of the secret in the cookie; the secret itself is never stored.
session = Table(
    "session",
    metadata,
    Column("id", String(64), primary_key=True),
    ref("account_id", "account", required=True, index=True),
    Column("csrf", String(64), nullable=False),
    time("created_at", required=True),
    time("seen_at", required=True),
    time("expires_at", required=True),
)

token = Table(
    "token",
    metadata,
    Column("id", String(64), primary_key=True),
    ref("account_id", "account"),
    Column("role", String(12), nullable=False),
    Column("label", Text, nullable=False),
    time("created_at", required=True),
    time("revoked_at"),
)

one_time_sign_in = Table(
    "one_time_sign_in",
    metadata,
    Column("id", String(64), primary_key=True),
    ref("account_id", "account", required=True),
    time("expires_at", required=True),
    time("used_at"),
)

# Counted per login and per source address, so that one guesser does not lock out the owner of the login.
sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("login", String(60), nullable=False),
    Column("source", String(64), nullable=False),
    Column("succeeded", Boolean, nullable=False),
    time("at", required=True),
    Index("ix_sign_in_attempt_login_source_at", "login", "source", "at"),
)
