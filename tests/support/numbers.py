"""What a page of the service holds, for clicking through it: links, counts with the lists they open, rows, figures."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
FIGURES = {"figure", "figures", "desk-figures", "ticket-figures", "desk-first"}
_COUNT = re.compile(r"[\d,]+\s*[件张户次条项]?")
"""A figure that says how many; a share or a span of time has its parts beside it."""


class Page(HTMLParser):
    """One page, read.

    Attributes
    ----------
    links : set of str
    counts : list of [number, address, words]
    rows : int
        Elements marked ``data-row``.
    rows_within : Counter
        The same by the ids of what they stand in.
    bare : list of str
        Figures that say how many and are no link to the list.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: set[str] = set()
        self.counts: list[tuple[int, str, str]] = []
        self.rows = 0
        self.rows_within: Counter[str] = Counter()
        self.bare: list[str] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        told = {name: value or "" for name, value in attrs}
        if "data-row" in told:
            self.rows += 1
            self.rows_within.update({outer["id"] for _, outer in self._open if "id" in outer})
        if tag == "a" and "href" in told:
            self.links.add(told["href"])
        if "data-count" in told:
            assert tag == "a" and told.get("href"), f"a number that is no link: {told}"
            self.counts.append((int(told["data-count"]), told["href"], ""))
        if tag not in VOID:
            self._open.append((tag, told))

    def handle_endtag(self, tag: str) -> None:
        """An element ends, and what was left open in it."""
        if any(name == tag for name, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Text: of a number's link, or of a figure."""
        if not data.strip() or not self._open:
            return
        inside = [outer for _, outer in self._open]
        if any("data-count" in outer for outer in inside):
            n, url, said = self.counts[-1]
            self.counts[-1] = (n, url, said + data)
        elif self._open[-1][0] == "b" and _COUNT.fullmatch(data.strip()) and any(map(_is_figure, inside)):
            self.bare.append(data.strip())


def _is_figure(attrs: dict[str, str]) -> bool:
    return bool(FIGURES & set(attrs.get("class", "").split()))
