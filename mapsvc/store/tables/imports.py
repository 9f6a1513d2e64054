"""What came from workbooks: batches, the last imported values, changes for undo, conflicts and problems."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from mapsvc.store.tables.base import Document, key, metadata, ref, time

# state: previewed | running | done | failed | undone. counts: the object `sheets` of the contract.
import_batch = Table(
    "import_batch",
    metadata,
    key(),
    Column("file_name", Text, nullable=False),
    Column("file_sha256", String(64), nullable=False),
    Column("datum", String(200)),
    Column("state", String(12), nullable=False),
    Column("counts", Document),
    ref("actor_id", "person"),
    time("at", required=True),
    time("undone_at"),
)

# The base of the three-way comparison: what the office's file said last about this key.
import_row = Table(
    "import_row",
    metadata,
    Column("sheet", String(20), primary_key=True),
    Column("key", String(160), primary_key=True),
    Column("record_id", String(36), nullable=False),
    Column("values", Document, nullable=False),
    Column("batch_id", String(36), nullable=False, index=True),
)

# Before-images for undo; kept as long as the retention setting says.
import_change = Table(
    "import_change",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    ref("batch_id", "import_batch", required=True, index=True),
    Column("sheet", String(20), nullable=False),
    Column("key", String(160), nullable=False),
    Column("record_id", String(36), nullable=False),
    Column("change", String(8), nullable=False),
    Column("before", Document),
    Column("after", Document),
)

import_conflict = Table(
    "import_conflict",
    metadata,
    key(),
    ref("batch_id", "import_batch", required=True, index=True),
    Column("sheet", String(20), nullable=False),
    Column("row_number", Integer),
    Column("key", String(160), nullable=False),
    Column("record_id", String(36), nullable=False),
    Column("field", String(40), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("base_value", Text),
    Column("file_value", Text),
    Column("app_value", Text),
    Column("choice", String(8)),
    ref("chosen_by", "person"),
    time("chosen_at"),
    Index("ix_import_conflict_sheet_key", "sheet", "key"),
)

import_problem = Table(
    "import_problem",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    ref("batch_id", "import_batch", required=True, index=True),
    Column("sheet", String(40), nullable=False),
    Column("row_number", Integer),
    Column("column_name", String(60)),
    Column("value", Text),
    Column("level", String(8), nullable=False),
    Column("code", String(40), nullable=False),
    Column("message", Text, nullable=False),
    Column("row_values", Document),
)
