"""Any policy entries, as documents: what laws about them are tried on."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from mapsvc.domain import topics
from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.policy_files import LONGEST, MOST, from_document
from mapsvc.errors import Refused

SAFE = st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff0123456789")


def line(most: int) -> st.SearchStrategy[str]:
    return st.text(SAFE | st.sampled_from("｜\\|#-。"), min_size=1, max_size=min(most, 12))


def lines(name: str) -> st.SearchStrategy[list[str]]:
    return st.lists(line(LONGEST[name]), max_size=min(MOST[name], 4))


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Documents of any entries, good or not."""
    told: dict[str, Any] = {
        "id": draw(st.from_regex(r"[a-z][a-z0-9_]{1,20}", fullmatch=True)),
        "topic": draw(st.sampled_from(topics.NAMES)),
        "title": draw(line(60)),
        "answer": "\n".join(draw(st.lists(line(40), min_size=1, max_size=4))),
        "source": draw(line(60)),
        "source_date": draw(st.dates()).isoformat(),
        "valid_until": draw(st.dates() | st.just("")),
        "months": draw(st.lists(st.integers(1, 12), max_size=5)),
        "is_sample": draw(st.booleans()),
        "version": draw(st.integers(1, 99)),
    }
    told |= {name: draw(lines(name)) for name in ("questions", "materials", "steps", "search_words", "tags", "trades")}
    one = st.fixed_dictionaries(
        {"text": line(60)}, optional={"before": line(20), "hint": line(60), "hint_months": st.lists(st.integers(1, 12))}
    )
    told["conditions"] = draw(st.lists(one, max_size=3))
    some = st.fixed_dictionaries(
        {"name": line(30)}, optional={"address": line(30), "hours": line(30), "phone": line(30)}
    )
    told["counters"] = draw(st.lists(some, max_size=3))
    return told


def entry_of(document: dict[str, Any]) -> PolicyEntry | None:
    try:
        return from_document(document)
    except Refused:
        return None
