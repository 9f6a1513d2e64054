"""The newest schema, made whole: tables, triggers, search index, geometry."""

from sqlalchemy import Connection

from mapsvc.errors import Broken
from mapsvc.store.migrations import open_work, triggers
from mapsvc.store.tables import metadata

# In plain SQL: naming PostgreSQL's option in the table would load its dialect at every start.
_ONE_NICKNAME = (
    "CREATE UNIQUE INDEX uq_person_nickname ON person (nickname) WHERE kind = 'staff' AND nickname IS NOT NULL"
)
# detail=none: no phrases are asked for, and the index is a third of the size.
_SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE search_index USING fts5(tokens, content='search_entry', content_rowid='id', "
    "tokenize='unicode61 remove_diacritics 0', detail=none)"
)
# array_to_tsvector takes the tokens as they are: to_tsvector's parser would read some (1e5, a.b) as numbers or hosts.
_POSTGRES_SEARCH = (
    "ALTER TABLE search_entry ADD COLUMN lexemes tsvector "
    "GENERATED ALWAYS AS (array_to_tsvector(string_to_array(tokens, ' '))) STORED",
    "CREATE INDEX ix_search_entry_lexemes ON search_entry USING gin (lexemes)",
)
_POSTGRES_GEOMETRY = (
    "ALTER TABLE location ADD COLUMN geom geometry(Point, 4326) "
    "GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)) STORED",
    "CREATE INDEX ix_location_geom ON location USING gist (geom)",
    "ALTER TABLE patch ADD COLUMN geom geometry(Geometry, 4326) "
    "GENERATED ALWAYS AS (ST_GeomFromWKB(area, 4326)) STORED",
    "CREATE INDEX ix_patch_geom ON patch USING gist (geom)",
)


def create(conn: Connection) -> None:
    """Make every table and what hangs on it in an empty store."""
    metadata.create_all(conn)
    conn.exec_driver_sql(_ONE_NICKNAME)
    open_work.add(conn)
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql(_SQLITE_SEARCH)
    else:
        _need_postgis(conn)
        for statement in (*_POSTGRES_SEARCH, *_POSTGRES_GEOMETRY):
            conn.exec_driver_sql(statement)
    triggers.create(conn)


def _need_postgis(conn: Connection) -> None:
    have = conn.exec_driver_sql("SELECT count(*) FROM pg_extension WHERE extname = 'postgis'").scalar()
    if have:
        return
    may = conn.exec_driver_sql("SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'").scalar()
    if not may:
        raise Broken("这台 PostgreSQL 没有装 PostGIS，请管理员装上 postgis 扩展包。", code="no_postgis")
    conn.exec_driver_sql("CREATE EXTENSION postgis")
