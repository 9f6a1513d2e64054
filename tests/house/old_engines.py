"""What Chromium 87 cannot do, found in scripts, style sheets and pages; nothing else guards the phones of yesterday."""

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from tests.house.sources import ROOT

# esbuild takes `?.` from Chromium before 91 for one fault, a chain called with spread arguments; FORMS has that one.
OLD, NEW = ("--target=chrome87", "--supported:optional-chain=true"), ("--target=esnext",)
NEWER: dict[str, Any] = json.loads((ROOT / "tests/house/newer_than_chromium_87.json").read_text(encoding="utf-8"))
# What the table of names cannot say: forms, properties, attributes given by script.
FORMS = {"?.(...)": 91, "new Error(cause)": 93, ".inert": 102, "{inert:}": 102, ".popover": 114, "{popover:}": 114}
# An engine that does not know these attributes and properties leaves them out, and nothing is lost.
HARMLESS = {"autocorrect", "writingsuggestions", "virtualkeyboardpolicy", "forced-color-adjust", "scrollbar-width"}
UNITS = re.compile(
    r"(?<![\w#.-])[\d.]+([sld]v(?:h|w|i|b|min|max)|cq(?:h|w|i|b|min|max)|r?lh|r?ic|r?cap|rex|rch|v[ib])\b"
)
SINCE = {"s": 108, "l": 108, "d": 108, "v": 108, "i": 106, "r": 111}
NOT_A_LIST = re.compile(r":not\([^()]*,|:nth-(?:last-)?child\([^()]* of ")
RANGE = re.compile(r"\([^()]*[<>]")
FLEX_ENDS = re.compile(r"(align|justify)-(items|content|self)$")


def esbuild() -> Path:
    """The program that `make setup` fetches."""
    return sorted((ROOT / "node_modules/@esbuild").glob("*/bin/esbuild"))[0]


def node() -> str:
    """Node, from the system or from where tools/npm.sh put it."""
    own = ROOT / ".setup-node/bin/node"
    return str(own) if own.exists() else "node"


def down_levelled(text: str, loader: str, target: tuple[str, ...]) -> str:
    """The text as esbuild writes it for an engine.

    Raises
    ------
    AssertionError
        Something cannot be written for that engine.
    """
    command = [str(esbuild()), f"--loader={loader}", *target, "--charset=utf8", "--log-level=error"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    return done.stdout


def lowered(text: str, loader: str) -> list[str]:
    """Lines that had to be written differently for the old engine."""
    old = down_levelled(text, loader, OLD).splitlines()
    return [line.strip()[:120] for line in down_levelled(text, loader, NEW).splitlines() if line not in set(old)]


@cache
def parsed(text: str) -> dict[str, Any]:
    """What a parser of ES2021 says: `fault` or None, `names` used, its `own` functions, `selectors` asked for."""
    with tempfile.NamedTemporaryFile("w", suffix=".js", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        command = [node(), "tools/parse-es2021.mjs", file.name]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        told: dict[str, Any] = json.loads(done.stdout)[file.name]
    return told


def faults_of_script(text: str) -> list[str]:
    """Syntax and names of the platform that came later, with the version that brought them."""
    told = parsed(text)
    newer = NEWER["scripts"] | FORMS
    # A function of our own may be called as a later one of the browser's; as one of the language's it would mislead.
    own = {form for name in told["own"] for form in (name, f".{name}()")} - set(NEWER["of_the_language"])
    newer = {name: version for name, version in newer.items() if name not in own}
    found = [f"{name} came with {newer[name]}" for name in told["names"] if name in newer]
    found += [fault for selector in told["selectors"] for fault in _faults_of_selector(selector)]
    return [f"no ES2021: {told['fault']}"] if told["fault"] else found


@dataclass(frozen=True)
class Block:
    """A pair of braces of a style sheet: what stands before it, in what it lies, and its declarations in order."""

    head: str
    around: tuple[str, ...]
    declarations: tuple[tuple[str, str], ...]


def blocks_of(css: str) -> Iterator[Block]:
    """All blocks, inner ones first; quoted text and comments are left out."""
    text = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    text = re.sub(r"\"[^\"]*\"|'[^']*'|url\([^)]*\)", '""', text)
    heads: list[str] = []
    held: list[list[tuple[str, str]]] = []
    for part, mark in re.findall(r"([^{};]*)([{};])", text):
        name, colon, value = part.partition(":")
        if mark == "{":
            heads.append(" ".join(part.split()))
            held.append([])
            continue
        if colon and held:
            held[-1].append((name.strip(), " ".join(value.split())))
        if mark == "}":
            yield Block(heads[-1], tuple(heads[:-1]), tuple(held[-1]))
            heads.pop(), held.pop()


def faults_of_styles(css: str) -> list[str]:
    """At-rules, selectors, properties and values that came later; what @supports asks for is left alone."""
    found: list[str] = []
    for block in blocks_of(css):
        found += _faults_of_head(block)
        if not any(head.startswith("@supports") for head in block.around):
            found += [f"{block.head} {{ {fault} }}" for fault in _faults_of_declarations(block)]
    return found


def _faults_of_head(block: Block) -> list[str]:
    name = re.match(r"@([\w-]+)", block.head)
    if name is None:
        is_step = any(head.startswith("@keyframes") for head in block.around)
        nested = [f"{block.head}: nested, came with 112"] if any(h[0] != "@" for h in block.around if h) else []
        return nested + ([] if is_step else _faults_of_selector(block.head))
    inside = [f"{block.head}: nested, came with 112"] if any(h[0] != "@" for h in block.around if h) else []
    if name[1] in NEWER["at_rules"]:
        inside.append(f"{block.head} came with {NEWER['at_rules'][name[1]]}")
    return inside + (
        [f"{block.head}: a range, came with 104"] if name[1] == "media" and RANGE.search(block.head) else []
    )


def _faults_of_selector(selector: str) -> list[str]:
    plain = re.sub(r"\[[^\]]*\]", "", selector)
    names = {name: NEWER["selectors"].get(name) for name in re.findall(r"::?([a-z][\w-]*)", plain)}
    found = [f"{selector}: {name} came with {version}" for name, version in names.items() if version]
    return found + ([f"{selector}: a list in :not() came with 88, `of` with 111"] if NOT_A_LIST.search(plain) else [])


def _faults_of_declarations(block: Block) -> Iterator[str]:
    is_flex = any(name == "display" and value.endswith("flex") for name, value in block.declarations)
    before = ("", "")
    for name, value in block.declarations:
        version = NEWER["properties"].get(name) if name not in HARMLESS else None
        if version:
            yield f"{name} came with {version}"
        later = list(_later_in_value(name, value, is_flex))
        # A value an engine does not know leaves the one in force that stands directly before it.
        has_fallback = before[0] == name and not list(_later_in_value(*before, is_flex))
        if not has_fallback:
            yield from later
        before = (name, value)


def _later_in_value(name: str, value: str, is_flex: bool) -> Iterator[str]:
    for unit in UNITS.findall(value):
        yield f"{name}: {value}: the unit {unit} came with {SINCE.get(unit[0], 105)}"
    for function in re.findall(r"([a-z][\w-]*)\(", value):
        version = NEWER["functions"].get(function) or {"linear": 113}.get(function)
        if version:
            yield f"{name}: {value}: {function}() came with {version}"
    for word in re.findall(r"[a-z][\w-]*", value):
        version = NEWER["values"].get(f"{name}: {word}") or {"revert-layer": 99, "revert-rule": 148}.get(word)
        if version:
            yield f"{name}: {word} came with {version}"
        if is_flex and word in {"start", "end"} and FLEX_ENDS.match(name):
            yield f"{name}: {word} in a flex box came with 93"


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.scripts: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in_script = tag == "script" and "src" not in given and given.get("type") in {None, "module"}
        self.found += [
            f"<{tag} {name}> came with {NEWER['attributes'][name]}"
            for name in given
            if name in NEWER["attributes"] and name not in HARMLESS
        ]
        if tag == "script" and given.get("type") in {"importmap", "speculationrules"}:
            self.found.append(f"<script type={given['type']}> came with 89 or later")
        if tag in {"search", "selectlist", "fencedframe"}:
            self.found.append(f"<{tag}> came with 118 or later")
        if "style" in given:
            self.found += list(_faults_of_declarations(next(blocks_of(f"x{{{given['style']};}}"))))

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.scripts.append(data)
        self._in_script = False


def faults_of_page(html: str) -> list[str]:
    """Elements, attributes and inline scripts that came later."""
    page = _Page()
    page.feed(html)
    return page.found + [fault for script in page.scripts for fault in faults_of_script(script)]
