"""Patches: versions valid from a day, and the polygons of each."""

from sqlalchemy import Boolean, Column, Date, LargeBinary, String, Table, Text

from mapsvc.store.tables.base import key, metadata, ref, time

patch_version = Table(
    "patch_version",
    metadata,
    key(),
    Column("valid_from", Date, nullable=False, unique=True),
    Column("source", Text, nullable=False),
    Column("is_illustrative", Boolean, nullable=False),
    time("created_at", required=True),
)

# area: WKB polygon or multipolygon, WGS-84.
patch = Table(
    "patch",
    metadata,
    key(),
    ref("version_id", "patch_version", required=True, index=True),
    Column("code", String(40), nullable=False),
    Column("name", Text, nullable=False),
    ref("worker_id", "person"),
    Column("area", LargeBinary, nullable=False),
)
