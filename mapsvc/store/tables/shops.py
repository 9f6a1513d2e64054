"""Premises, who runs them, who looks after them, places, and the register of those responsible."""

from sqlalchemy import Boolean, Column, Date, Float, Index, Integer, String, Table, Text

from mapsvc.store.tables.base import key, metadata, ref, time

# kind: shop | place | point. position_source: given | address | corrected; lon/lat are WGS-84, null when unknown.
location = Table(
    "location",
    metadata,
    key(),
    Column("kind", String(8), nullable=False),
    Column("lon", Float),
    Column("lat", Float),
    Column("position_source", String(12)),
    Column("error_m", Float),
    Column("position_note", Text),
    Column("address", Text),
    Column("street", String(40)),
    Column("house_number", Integer),
    Column("side", String(8)),
    Column("chainage_m", Float),
    Index("ix_location_lon_lat", "lon", "lat"),
    Index("ix_location_street_house_number", "street", "house_number"),
)

# state: open | renovating | transferring | vacant | closed
shop = Table(
    "shop",
    metadata,
    key(),
    Column("code", String(40), nullable=False, unique=True),
    ref("location_id", "location", required=True, index=True),
    Column("state", String(16), nullable=False),
    Column("area_m2", Float),
    Column("note", Text),
    Column("version", Integer, nullable=False, default=1, server_default="1"),
    time("created_at", required=True),
    time("updated_at", required=True),
)

# origin: local | elsewhere. origin and has_preschooler are sensitive: shown to nobody, only in sums of ten and more.
tenancy = Table(
    "tenancy",
    metadata,
    key(),
    ref("shop_id", "shop", required=True, index=True),
    Column("sign_name", Text, nullable=False),
    Column("trade", String(40)),
    ref("merchant_id", "person", index=True),
    Column("origin", String(12)),
    Column("has_preschooler", Boolean),
    Column("staff_count", Integer),
    Column("started_on", Date),
    Column("ended_on", Date),
)

# source: row | patch | manual | cover; the row's assigned worker wins over the patch's, who stands in over all.
assignment = Table(
    "assignment",
    metadata,
    key(),
    ref("shop_id", "shop", required=True, index=True),
    ref("worker_id", "person", required=True, index=True),
    Column("source", String(8), nullable=False),
    Column("from_day", Date, nullable=False),
    Column("until_day", Date),
)

place = Table(
    "place",
    metadata,
    key(),
    Column("code", String(40), nullable=False, unique=True),
    ref("location_id", "location", required=True, index=True),
    Column("name", Text, nullable=False),
    Column("kind", String(40)),
    Column("responsible_unit", Text),
    Column("note", Text),
    Column("version", Integer, nullable=False, default=1, server_default="1"),
    time("created_at", required=True),
    time("updated_at", required=True),
)

# side: odd | even | both
register_entry = Table(
    "register_entry",
    metadata,
    key(),
    Column("street", String(40), nullable=False),
    Column("number_from", Integer, nullable=False),
    Column("number_to", Integer, nullable=False),
    Column("side", String(8), nullable=False),
    Column("building", Text),
    Column("residents_committee", Text),
    Column("property_company", Text),
    Column("duty_phone", String(40)),
    Column("owners_committee", Text),
    Column("note", Text),
    Column("version", Integer, nullable=False, default=1, server_default="1"),
    time("updated_at", required=True),
    Index("ix_register_entry_street", "street", "number_from"),
)
