"""One table of results: aligned for a terminal, wide characters counted as two."""

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """Columns a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print the table, the first column to the left, the others to the right."""
    widths = [max(width(row[i]) for row in [head, *rows]) for i in range(len(head))]
    print(f"\n{title}\n")
    for row in (head, ["-" * w for w in widths], *rows):
        cells = [_pad(text, w, left=not i) for i, (text, w) in enumerate(zip(row, widths, strict=True))]
        print("  ".join(cells).rstrip())
    print()


def _pad(text: str, wide: int, *, left: bool) -> str:
    blanks = " " * (wide - width(text))
    return text + blanks if left else blanks + text
