"""What was corrected in the app: which fields, from what to what; personal values are left out."""

from sqlalchemy import Column, Table

from mapsvc.store.tables.base import Document, key, metadata, ref, time

# changes: [{"field", "before", "after"}]; before and after are absent for personal fields.
correction = Table(
    "correction",
    metadata,
    key(),
    ref("shop_id", "shop", index=True),
    ref("place_id", "place", index=True),
    Column("changes", Document, nullable=False),
    time("at", required=True),
)
