"""The shared `metadata` and the column kinds: ids, UTC times, documents."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Dialect, ForeignKey, MetaData, String
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_WIDTH = len("2026-11-23T00:40:00")


class UtcTime(TypeDecorator[datetime]):
    """An aware time: fixed-width UTC text on SQLite (sorts as it reads), timestamptz on PostgreSQL.

    Sub-second digits are cut on both, so that a time reads back the same from either.
    """

    impl = String(20)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Pick the column type of the backend."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(20))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive times: they would be read as another zone's."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs its zone")
        if value.tzinfo is not UTC:
            value = value.astimezone(UTC)
        if dialect.name == "postgresql":
            return value.replace(microsecond=0)
        return value.isoformat()[:_WIDTH] + "Z"

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC time."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return datetime.fromisoformat(value[:_WIDTH]).replace(tzinfo=UTC)


# Keeps its keys in order on both; none is NULL, never the text null. (JSONB would cost every start the import of
# PostgreSQL's dialect, and nothing looks inside documents by SQL.)
Document = JSON(none_as_null=True)


def key() -> Column[str]:
    """A primary key that its maker chose: a UUID as text."""
    return Column("id", String(36), primary_key=True)


def ref(name: str, table: str, *, required: bool = False, index: bool = False) -> Column[str]:
    """A reference to `table`.id."""
    return Column(name, String(36), ForeignKey(f"{table}.id"), nullable=not required, index=index)


def time(name: str, *, required: bool = False, index: bool = False) -> Column[datetime]:
    """A column of UTC time."""
    return Column(name, UtcTime, nullable=not required, index=index)
