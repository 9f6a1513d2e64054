"""The office's settings kept in the store."""

from datetime import datetime

from sqlalchemy import Connection, select

from mapsvc.store.tables import setting


def read(conn: Connection) -> dict[str, str]:
    """All settings by name."""
    return {name: value for name, value in conn.execute(select(setting.c.name, setting.c.value))}


def get(conn: Connection, name: str, default: str = "") -> str:
    """One setting, or `default`."""
    value = conn.execute(select(setting.c.value).where(setting.c.name == name)).scalar()
    return default if value is None else value


def put(conn: Connection, name: str, value: str, at: datetime) -> None:
    """Set one setting."""
    changed = conn.execute(setting.update().where(setting.c.name == name).values(value=value, changed_at=at))
    if not changed.rowcount:
        conn.execute(setting.insert().values(name=name, value=value, changed_at=at))
