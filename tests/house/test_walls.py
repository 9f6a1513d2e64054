"""The walls of the house that import-linter cannot see: SQL, frames, heavy imports, the clock."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import imports_of, name_of, python_files, roots, tree_of

HEAVY = ("PIL", "geopandas", "matplotlib", "openpyxl", "pandas", "pyogrio", "pyproj", "pyvrp", "scipy")
FRAMES = ("mapsvc/analysis/", "mapsvc/geo/", "mapsvc/ledger/", "mapsvc/maps/publish.py")
# A connection is handed around outside the store; a statement is not.
HANDED_AROUND = {"sqlalchemy", "sqlalchemy.Connection"}


def test_imports_point_inwards() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


OUTSIDE_THE_STORE = [p for p in python_files("mapsvc") if not name_of(p).startswith("mapsvc/store/")]


@pytest.mark.parametrize("path", OUTSIDE_THE_STORE, ids=name_of)
def test_only_the_store_writes_sql(path: Path) -> None:
    names = {n for n in imports_of(path) if n.split(".")[0] in {"sqlalchemy", "sqlite3", "psycopg"}}
    assert names <= HANDED_AROUND


@pytest.mark.parametrize("path", python_files("mapsvc"), ids=name_of)
def test_frames_stay_in_analysis_geo_ledger_and_the_published_copy(path: Path) -> None:
    if not name_of(path).startswith(FRAMES):
        assert not roots(imports_of(path)) & {"geopandas", "pandas"}


@pytest.mark.parametrize("path", python_files("mapsvc/domain"), ids=name_of)
def test_the_domain_uses_the_standard_library_only_and_reads_no_clock(path: Path) -> None:
    assert roots(imports_of(path)) <= set(sys.stdlib_module_names) | {"mapsvc"}
    calls = {ast.unparse(n.func) for n in ast.walk(tree_of(path)) if isinstance(n, ast.Call)}
    clocks = {c for c in calls if c.split(".")[-1] in {"now", "today", "utcnow"} or c == "time.time"}
    assert not clocks


def test_the_way_to_the_first_page_imports_nothing_heavy() -> None:
    code = f"import sys, mapsvc.app; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
