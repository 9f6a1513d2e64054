"""Policy entries as one markdown file for people to write: a heading per entry, a section per field."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.policy_cells import cells_of
from mapsvc.domain.policy_files import FIELD_NAMES

# Fields of one line stand under the heading, the others in sections.
_HEAD = ("id", "topic", "source", "source_date", "valid_from", "valid_until", "tags", "trades", "months", "is_sample",
         "version")  # fmt: skip
_SECTIONS = ("questions", "answer", "conditions", "materials", "steps", "search_words", "counters")
UNKNOWN_SECTION = "_"
_FIELDS = {name: one for one, name in FIELD_NAMES.items()}
_META = re.compile(r"[-*]\s*([^：:]{1,12})[：:](.*)")
_BULLET = re.compile(r"(?:[-*]|\d{1,3}[.．、)])\s+")
_FALSE_HEADING = re.compile(r"\\*#")


@dataclass
class Piece:
    """What one entry of a file says: where it stands, its texts by field, what could not be read, what to know."""

    place: str
    cells: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def write_markdown(entries: Iterable[PolicyEntry]) -> str:
    """The file of these entries; read back it says the same."""
    return "\n".join(_written(cells_of(entry)) for entry in entries)


def read_markdown(text: str) -> list[Piece]:
    """The entries of a file; what a line says that has no place is named with its number."""
    pieces: list[Piece] = []
    section = ""
    for n, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        bare = line.strip()
        if bare.startswith("# ") or bare == "#":
            pieces.append(Piece(f"第{n}行", {"title": bare[1:].strip()}))
            section = ""
        elif not pieces:
            if bare:
                pieces.append(Piece(f"第{n}行", {}, [f"第{n}行：每一条要从“# 标题”开始，这一行在标题前面。"]))
        elif bare.startswith("##"):
            section = _section(pieces[-1], bare.lstrip("#").strip(), n)
        elif section:
            _add(pieces[-1], section, bare)
        elif bare:
            _meta(pieces[-1], bare, n)
    for piece in pieces:
        piece.cells = {name: value.strip() for name, value in piece.cells.items()}
    return pieces


def _written(cells: dict[str, str]) -> str:
    lines = [f"# {cells['title']}", ""]
    lines += [f"- {FIELD_NAMES[name]}：{cells[name]}" for name in _HEAD if cells[name]]
    for name in _SECTIONS:
        if cells[name]:
            lines += ["", f"## {FIELD_NAMES[name]}", *_body(name, cells[name])]
    return "\n".join([*lines, ""])


def _body(name: str, text: str) -> list[str]:
    if name == "answer":
        # A line that looks like a heading, or was made safe before, gets a stroke in front.
        return [f"\\{line}" if _FALSE_HEADING.match(line) else line for line in text.splitlines()]
    if name == "search_words":
        return [f"- {word}" for word in text.split("、")]
    marks = (f"{n}. " if name == "steps" else "- " for n, _ in enumerate(text.splitlines(), start=1))
    return [f"{mark}{line}" for mark, line in zip(marks, text.splitlines(), strict=False)]


def _section(piece: Piece, name: str, n: int) -> str:
    found = _FIELDS.get(name, "")
    if found not in _SECTIONS:
        allowed = "、".join(FIELD_NAMES[one] for one in _SECTIONS)
        piece.problems.append(f"第{n}行：没有“{name[:20]}”这一节，可以写的有{allowed}。")
        return UNKNOWN_SECTION
    if found in piece.cells:
        piece.problems.append(f"第{n}行：“{name}”写了两节，请并成一节。")
    return found


def _add(piece: Piece, section: str, line: str) -> None:
    if section == "answer":
        said = line[1:] if line.startswith("\\") and _FALSE_HEADING.match(line) else line
    else:
        said = _BULLET.sub("", line, count=1)
    if said or section == "answer":
        piece.cells[section] = f"{piece.cells[section]}\n{said}" if section in piece.cells else said


def _meta(piece: Piece, line: str, n: int) -> None:
    said = _META.fullmatch(line)
    name = _FIELDS.get(said.group(1).strip(), "") if said else ""
    if said is None or name not in _HEAD:
        allowed = "、".join(FIELD_NAMES[one] for one in _HEAD)
        piece.problems.append(f"第{n}行：“{line[:20]}”读不出来。标题下面写“- 名称：内容”，名称有{allowed}。")
    elif name in piece.cells:
        piece.problems.append(f"第{n}行：“{said.group(1).strip()}”写了两次。")
    else:
        piece.cells[name] = said.group(2).strip()
