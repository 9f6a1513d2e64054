"""A throw-away PostgreSQL with PostGIS: one cluster per test process, reached through a socket in its own folder."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Self

# A throw-away cluster needs no durability: it dies with the test run.
_OPTIONS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off "
    "-c shared_buffers=64MB -c max_connections=80 -c autovacuum=off -c timezone=UTC"
)


def binaries() -> Path:
    """Folder of the newest installed initdb and pg_ctl."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if not found:
        raise RuntimeError("PostgreSQL with PostGIS is missing: apt-get install postgresql postgresql-postgis")
    return found[-1].parent


class Cluster:
    """A running cluster; `create` and `drop` make and remove databases in it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="mapsvc-pg-", dir="/tmp"))
        self._bin = binaries()

    def __enter__(self) -> Self:
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        data, log = str(self.folder / "data"), str(self.folder / "log")
        init = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        self._run("initdb", *init)
        self._run("pg_ctl", "-D", data, "-l", log, "-w", "-o", f"{_OPTIONS} -k {self.folder}", "start")
        return self

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """Address of `database` for SQLAlchemy."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create(self, database: str, template: str = "template0") -> str:
        """Make `database` as a copy of `template` and return its address."""
        self.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove `database`, ending whoever is still connected."""
        self.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run one statement outside any transaction."""
        import psycopg

        with psycopg.connect(f"user=postgres dbname={database} host={self.folder}", autocommit=True) as conn:
            conn.execute(statement)  # type: ignore[call-overload]

    def _run(self, program: str, *args: str) -> None:
        # PostgreSQL refuses to run as root.
        become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*become, str(self._bin / program), *args]
        # pg_ctl leaves the server holding our pipes: give it none.
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", timeout=60)
        if done.returncode:
            log = self.folder / "log"
            raise RuntimeError(f"{program} failed: {log.read_text() if log.exists() else done.returncode}")


class InTurn:
    """One database for test after test: as empty as its template each time.

    Emptying the few tables a test wrote to takes a thirtieth of making a database.
    """

    _NAME = "in_turn"

    def __init__(self, cluster: Cluster, template: str) -> None:
        self._cluster = cluster
        self._url = cluster.create(self._NAME, template)
        conn = self._conn = self._connect()
        # Without the triggers that keep history from being deleted, and that count revisions.
        conn.execute("SET session_replication_role = replica")
        found = conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        self._tables = sorted(row[0] for row in found if row[0] != "spatial_ref_sys")
        self._first = {name: self._rows(conn, name) for name in self._used(conn)}

    def emptied(self) -> str:
        """Its address, with nothing in it but what its template holds, and nobody connected."""
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
        conn = self._conn
        conn.execute(others, [self._NAME])
        for name in self._used(conn):
            conn.execute(f'DELETE FROM "{name}"')
        for name, rows in self._first.items():
            for row in rows:
                conn.execute(f'INSERT INTO "{name}" SELECT * FROM json_populate_record(NULL::"{name}", %s)', [row])
        conn.execute("SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence")
        return self._url

    def close(self) -> None:
        """Let go of the database."""
        self._conn.close()

    def _connect(self) -> Any:
        import psycopg

        return psycopg.connect(f"user=postgres dbname={self._NAME} host={self._cluster.folder}", autocommit=True)

    def _used(self, conn: Any) -> list[str]:
        asked = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in self._tables)
        return sorted(row[0] for row in conn.execute(" UNION ALL ".join(asked)))

    @staticmethod
    def _rows(conn: Any, name: str) -> list[str]:
        return [row[0] for row in conn.execute(f'SELECT row_to_json(t)::text FROM "{name}" t')]
