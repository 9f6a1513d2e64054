"""What people read in Chinese carries Chinese punctuation: no half-width sign beside a Han character."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import ROOT

HALF = re.compile(r"[\u4e00-\u9fff”）][,;:?!]|[,;:?!][\u4e00-\u9fff“]")
# Patterns are written for what others typed; these name a form of writing that has its comma as it is.
AS_TYPED = {"经度,纬度", "连接线,示意"}
PATTERNS = {
    "domain/visiting_words.py",
    "geo/address_text.py",
    "geo/datum.py",
    "ledger/cells.py",
    "ledger/headers.py",
}


def texts(file: Path) -> Iterator[tuple[int, str]]:
    """Line and text of every string that is no description of the code; regular expressions are raw strings."""
    source = file.read_text(encoding="utf-8")
    tree = ast.parse(source)
    described = {
        id(body[0].value)
        for node in ast.walk(tree)
        if (body := getattr(node, "body", None)) and isinstance(body, list) and isinstance(body[0], ast.Expr)
    }
    lines = source.splitlines()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
            is_attribute_note = lines[node.lineno - 1].lstrip().startswith('"""')
            if not is_attribute_note:
                yield node.lineno, node.value


def half_width(text: str) -> bool:
    """Whether a half-width sign stands beside a Han character."""
    for name in AS_TYPED:
        text = text.replace(name, "")
    return bool(HALF.search(text))


def test_sentences_of_the_program_have_chinese_punctuation() -> None:
    package = ROOT / "mapsvc"
    files = [f for f in package.rglob("*.py") if f.relative_to(package).as_posix() not in PATTERNS]
    found = [f"{f.relative_to(ROOT)}:{line} {text}" for f in files for line, text in texts(f) if half_width(text)]
    assert not found, "\n".join(sorted(found))


def test_pages_have_chinese_punctuation() -> None:
    pages = (ROOT / "mapsvc/web/templates").glob("*.html")
    found = [p.name for p in pages if half_width(re.sub(r"\{#.*?#\}|\{[{%].*?[%}]\}|<[^>]*>", "", p.read_text()))]
    assert not found


@pytest.mark.parametrize("text", ["没有找到,请核对", "已有:3家", "要不要?", ",请重试"])
def test_the_rule_sees_a_half_width_sign(text: str) -> None:
    assert half_width(text) and not half_width("1,860元，12:30到")
