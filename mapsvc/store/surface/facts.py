"""Facts about the public surface: its schema, the letters that went, what the office is called, when it is open."""

from typing import Any

from sqlalchemy import Connection, delete, insert, select

from mapsvc.store.surface.tables import fact

SCHEMA = "schema"
SURFACE = "surface"
LAST_IN = "last_in"
LAST_OUT = "last_out"
LAST_SEEN = "last_seen"
LAYOUT = "layout"
OFFICE = "office"
WORKING = "working"
KINDS = "kinds"
TOPICS = "topics"
# What signs devices and hashes addresses: made here, known to nobody else.
DEVICES = "devices"


def get(conn: Connection, name: str) -> Any:
    """The value of `name`, a JSON document; None if it was never put."""
    return conn.execute(select(fact.c.value).where(fact.c.name == name)).scalar()


def put(conn: Connection, name: str, value: Any) -> None:
    """Write or replace a fact."""
    conn.execute(delete(fact).where(fact.c.name == name))
    conn.execute(insert(fact).values(name=name, value=value))
