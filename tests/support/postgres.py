"""A throw-away PostgreSQL with PostGIS: one cluster per test process, reached through a socket in its own folder."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

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
