"""Patches in the store: versions by day, polygons as WKB."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select

from mapsvc.domain.patches import Patch, PatchVersion
from mapsvc.store.tables import patch, patch_version, person


def versions(conn: Connection) -> list[PatchVersion]:
    """All versions, the latest first."""
    columns = (patch_version.c.id, patch_version.c.valid_from, patch_version.c.source, patch_version.c.is_illustrative)
    rows = conn.execute(select(*columns).order_by(patch_version.c.valid_from.desc()))
    return [PatchVersion(**row._mapping) for row in rows]


def version_on(conn: Connection, day: date) -> PatchVersion | None:
    """The version in force on `day`; None before the first."""
    return next((version for version in versions(conn) if version.valid_from <= day), None)


def in_force(conn: Connection, day: date) -> list[Patch]:
    """The patches in force on `day`, by code."""
    version = version_on(conn, day)
    if version is None:
        return []
    worker = func.coalesce(person.c.nickname, person.c.name).label("worker")
    rows = conn.execute(
        select(patch, worker)
        .outerjoin(person, person.c.id == patch.c.worker_id)
        .where(patch.c.version_id == version.id)
        .order_by(patch.c.code)
    )
    return [Patch(**row._mapping) for row in rows]


def add_version(conn: Connection, version: PatchVersion, patches: Sequence[Patch], at: datetime) -> None:
    """Keep a new division; its day must be new."""
    conn.execute(
        insert(patch_version).values(
            id=version.id,
            valid_from=version.valid_from,
            source=version.source,
            is_illustrative=version.is_illustrative,
            created_at=at,
        )
    )
    columns = ("id", "version_id", "code", "name", "area", "worker_id")
    conn.execute(insert(patch), [{name: getattr(one, name) for name in columns} for one in patches])
