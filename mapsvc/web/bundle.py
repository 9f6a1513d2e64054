"""The page's ES modules in few files: sixty small requests cost a browser on HTTP/1.1 more than all that they carry.

Only what our own modules use is understood: named imports, `import * as`, `export` before a declaration, and
`import("./x.js")` for a part that is loaded later. Anything else is refused, and the page then loads single modules.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_IMPORT = re.compile(r'^import\s+(?:\{([^}]*)\}|\*\s+as\s+(\w+))\s+from\s+"(\.[^"]+)";[ \t]*\n?', re.MULTILINE)
_BARE_IMPORT = re.compile(r'^import\s+"(\.[^"]+)";[ \t]*\n?', re.MULTILINE)
_EXPORT = re.compile(r"^export\s+(?=(?:(?:async\s+)?function\*?|class|const)\s+(\w+))", re.MULTILINE)
_LATER = re.compile(r'\bimport\("(\.[^"]+)"\)')
_LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?:/\*\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*\n", re.MULTILINE | re.DOTALL)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
# Told to V8, which then compiles all of the first part beside the main thread: most of it runs before the map is drawn.
_EAGER = "//# allFunctionsCalledOnLoad\n"
_REGISTRY = "__mapsvcModules"


class NotBundled(Exception):
    """A module is written in a way that this bundler does not know."""


@dataclass(frozen=True)
class _Module:
    name: str
    needs: tuple[str, ...]
    later: tuple[str, ...]
    code: str


def bundle(root: Path, first: str) -> dict[str, str]:
    """Put modules together.

    Parameters
    ----------
    root : Path
        Folder of the modules.
    first : str
        The module the page starts with.

    Returns
    -------
    dict of str to str
        Name -> source of a module script: `first`, and each part that is loaded later, with all it needs that no
        part before it holds. What two parts need, of which none comes before the other, goes with the one before both.

    Raises
    ------
    NotBundled
        A construct that is not understood, a circle of imports, a file that is missing.
    """
    found: dict[str, _Module] = {}
    closed: dict[str, list[_Module]] = {}
    waiting = [first]
    while waiting:
        entry = waiting.pop(0)
        if entry not in closed:
            closed[entry] = _in_order(root, entry, found)
            waiting += [name for module in closed[entry] for name in module.later]
    place = _places(first, closed)
    parts: dict[str, str] = {}
    for entry, own in closed.items():
        # What was moved here stands before the entry, which may run at once.
        moved = [module for other, modules in closed.items() if other != entry for module in modules]
        modules = {module.name: module for module in (*moved, *own) if place[module.name] == entry}
        head = "" if parts else _EAGER
        parts[entry] = f"{head}const M = (globalThis.{_REGISTRY} ??= {{}});\n" + "".join(
            module.code for module in modules.values()
        )
    return parts


def _places(first: str, closed: dict[str, list[_Module]]) -> dict[str, str]:
    """Module -> the part that holds it: the last of those that are there whenever one of its users is."""
    there = _there_before(first, closed)
    users: dict[str, list[str]] = {}
    for entry, modules in closed.items():
        for module in modules:
            users.setdefault(module.name, []).append(entry)
    return {
        name: max(set.intersection(*(there[user] for user in using)), key=lambda part: len(there[part]))
        for name, using in users.items()
    }


def _there_before(first: str, closed: dict[str, list[_Module]]) -> dict[str, set[str]]:
    """Part -> the parts that are loaded whenever it is, itself included (its dominators)."""
    askers = {
        name: [asker for asker, modules in closed.items() if any(name in module.later for module in modules)]
        for name in closed
    }
    there = {name: set(closed) if name != first else {first} for name in closed}
    changed = True
    while changed:
        changed = False
        for name in closed:
            if name == first:
                continue
            now = {name} | set.intersection(*(there[asker] for asker in askers[name]))
            changed, there[name] = changed or now != there[name], now
    return there


def _in_order(root: Path, entry: str, found: dict[str, _Module]) -> list[_Module]:
    """Everything `entry` needs, what is needed before what needs it."""
    ordered: dict[str, _Module] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in ordered:
            return
        if name in path:
            raise NotBundled(f"circle of imports: {' -> '.join((*path, name))}")
        module = found.setdefault(name, _read(root, name)) if name not in found else found[name]
        for needed in module.needs:
            visit(needed, (*path, name))
        ordered[name] = module

    visit(entry, ())
    return list(ordered.values())


def _read(root: Path, name: str) -> _Module:
    file = root / name
    try:
        source = file.read_text(encoding="utf-8")
    except OSError as error:
        raise NotBundled(f"{name}: {error}") from error
    source = _COMMENT.sub("", source if source.endswith("\n") else source + "\n")
    if not _has_long_text(source):
        source = _INDENT.sub("", source)
    needs, later, heads = [], [], []
    for names, space, where in _imports(source):
        needed = _resolve(root, file, where)
        needs.append(needed)
        if space:
            heads.append(f'const {space} = M["{needed}"];\n')
        elif names:
            heads.append(f'const {{ {_renamed(names)} }} = M["{needed}"];\n')
    body = _BARE_IMPORT.sub("", _IMPORT.sub("", source))
    exports = _EXPORT.findall(body)
    body = _EXPORT.sub("", body)
    for where in _LATER.findall(body):
        later.append(_resolve(root, file, where))
    body = _LATER.sub(lambda match: _later(_resolve(root, file, match[1])), body)
    if left := _LEFT.search(body):
        raise NotBundled(f"{name}: {left[0][:80]}")
    gives = ", ".join(f"get {export}() {{ return {export}; }}" for export in exports)
    code = f'{{\n{"".join(heads)}{body}M["{name}"] = {{ {gives} }};\n}}\n'
    return _Module(name, tuple(dict.fromkeys(needs)), tuple(later), code)


def _has_long_text(source: str) -> bool:
    """Whether a text may run over several lines: then its blanks mean something."""
    return any(line.count("`") % 2 for line in source.splitlines())


def _imports(source: str) -> Iterator[tuple[str, str, str]]:
    for names, space, where in _IMPORT.findall(source):
        yield names, space, where
    for where in _BARE_IMPORT.findall(source):
        yield "", "", where


def _later(name: str) -> str:
    return f'import("./{name}").then(() => M["{name}"])'


def _renamed(names: str) -> str:
    """`a, b as c` of an import -> `a, b: c` of a pattern."""
    return ", ".join(re.sub(r"\s+as\s+", ": ", name.strip()) for name in names.split(",") if name.strip())


def _resolve(root: Path, file: Path, where: str) -> str:
    target = (file.parent / where).resolve()
    if not target.is_relative_to(root.resolve()):
        raise NotBundled(f"{file.name}: {where} lies outside")
    return target.relative_to(root.resolve()).as_posix()
