"""Dependencies: what the package imports is declared, what is declared is imported."""

import re
import sys
import tomllib

from tests.house.sources import ROOT, imports_of, python_files, roots

# The name to install -> the name to import, where they differ.
IMPORTED_AS = {
    "argon2-cffi": "argon2",
    "chinesecalendar": "chinese_calendar",
    "pillow": "PIL",
    "python-docx": "docx",
    "python-calamine": "python_calamine",
}
# Data, or drivers that SQLAlchemy loads by name: no module of ours imports them.
NEVER_IMPORTED = {"tzdata", "psycopg"}
# Come with those that are declared, by their makers' promise: folium is built on branca, flask on the others.
COME_ALONG = {"branca": "folium", "jinja2": "flask", "werkzeug": "flask", "markupsafe": "flask", "pandas": "geopandas"}


def declared() -> set[str]:
    """Names of what the package needs, the optional PostgreSQL and OpenStreetMap included, without versions."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    asked = [*project["dependencies"], *optional["postgres"], *optional["osm"]]
    return {re.split(r"[\[<>=!~; ]", name, maxsplit=1)[0] for name in asked}


def imported() -> set[str]:
    """Top-level packages of others that the package imports anywhere."""
    names = {name for path in python_files("mapsvc") for name in roots(imports_of(path))}
    return names - set(sys.stdlib_module_names) - {"mapsvc"}


def test_everything_declared_is_imported() -> None:
    assert {IMPORTED_AS.get(name, name) for name in declared() - NEVER_IMPORTED} <= imported()


def test_everything_imported_is_declared() -> None:
    known = {IMPORTED_AS.get(name, name) for name in declared()}
    assert {COME_ALONG.get(name, name) for name in imported()} <= known


def test_every_dependency_has_its_row_in_the_decisions() -> None:
    text = (ROOT / "docs/decisions.md").read_text(encoding="utf-8")
    rows = "\n".join(line.split("|")[1] for line in text.splitlines() if line.startswith("| "))
    assert {name for name in declared() if name not in rows} == set()
