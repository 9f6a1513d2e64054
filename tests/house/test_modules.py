"""How every module reads: a line on what is inside, short files, short functions."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.sources import ROOT, name_of, python_files, tree_of

ALL = python_files("mapsvc", "bench", "tools", "tests")


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_a_module_opens_with_one_line_on_what_is_inside(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if not text.strip():
        assert path.name == "__init__.py", "an empty module"
        return
    docstring = ast.get_docstring(tree_of(path))
    assert docstring, "no docstring"
    assert docstring.splitlines()[0].strip()


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_a_file_is_short_enough_to_hold_in_mind(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno >= 60
    ]
    assert not long


@pytest.mark.parametrize("path", python_files("mapsvc"), ids=name_of)
def test_public_functions_and_classes_say_what_they_do(path: Path) -> None:
    silent = [
        node.name
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent


def test_nothing_is_skipped_or_expected_to_fail() -> None:
    forbidden = ("mark." + "skip", "mark." + "xfail", "pytest." + "skip(", "pytest." + "xfail(", "import" + "orskip")
    found = [name_of(p) for p in python_files("tests") if any(f in p.read_text(encoding="utf-8") for f in forbidden)]
    assert not found


# Spelled apart, so that this file does not hold what it looks for.
PUT_OFF = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")


def test_nothing_is_put_off_in_a_comment() -> None:
    files = [*ALL, *(p for f in ("mapsvc/web/templates", "static/app", "layers") for p in (ROOT / f).rglob("*.*"))]
    found = [name_of(p) for p in files if p.is_file() and PUT_OFF.search(p.read_text(encoding="utf-8"))]
    assert not found
