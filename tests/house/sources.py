"""The files a catalogue test runs over."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "mapsvc"


def python_files(*folders: str) -> list[Path]:
    """All Python files under `folders` of the checkout."""
    return sorted(p for folder in folders for p in (ROOT / folder).rglob("*.py") if "vendor" not in p.parts)


def name_of(path: Path) -> str:
    """Path inside the checkout, for messages and test ids."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports_of(path: Path, *, at_module_level: bool = False) -> set[str]:
    """Dotted names of everything a file imports: `from a import b` counts as `a` and `a.b`."""
    tree = tree_of(path)
    nodes = _always_run(tree.body) if at_module_level else ast.walk(tree)
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _always_run(body: list[ast.stmt]) -> list[ast.stmt]:
    return [n for n in body if not (isinstance(n, ast.If) and "TYPE_CHECKING" in ast.unparse(n.test))]


def roots(names: set[str]) -> set[str]:
    """Top-level packages of dotted names."""
    return {name.split(".")[0] for name in names}
