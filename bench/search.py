"""How often the right policy answer stands first, or among the first three, for questions as merchants type them.

python -m bench.search                       # all lists, about a minute
python -m bench.search --misses tuning       # what the tuning half misses; the held-out half is only ever counted
"""

import argparse
import math
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bench import search_sets as sets
from bench.search_peers import AllTokens, Pairs
from bench.search_sets import Asked
from bench.table import show
from mapsvc.domain.policies import PolicyEntry
from mapsvc.policy.index import Index

LEAST_TOP_3, MOST_SURE_OFF_TOPIC = 0.95, 0.05
"""What the lists of questions must reach; how many that no entry answers may be answered surely."""
QUERY_MS, BUILD_S, ENTRIES = 5.0, 0.5, 300
SEED = 7

Find = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Measured:
    """How many of a list were found."""

    name: str
    n: int
    first: int
    top_3: int

    @property
    def cells(self) -> tuple[str, ...]:
        """As the table shows it."""
        low, high = interval(self.top_3, self.n)
        shares = (f"{100 * self.first / self.n:.1f}", f"{100 * self.top_3 / self.n:.1f}")
        return self.name, str(self.n), *shares, f"{100 * low:.1f}-{100 * high:.1f}"


def interval(hits: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (Wilson 1927)."""
    share, square = hits / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def measure(name: str, questions: Sequence[Asked], find: Find) -> Measured:
    """Count how often a right entry is first, or among the first three."""
    found = [list(find(asked.question))[:3] for asked in questions]
    first = sum(bool(ids) and ids[0] in asked.right for ids, asked in zip(found, questions, strict=True))
    top_3 = sum(bool({*ids} & {*asked.right}) for ids, asked in zip(found, questions, strict=True))
    return Measured(name, len(questions), first, top_3)


def lists() -> dict[str, list[Asked]]:
    """All lists of questions by name."""
    forms, paraphrases = sets.listed("forms"), sets.listed("paraphrases")
    found = {
        "forms": forms,
        "paraphrases, tuning half": [one for one in paraphrases if not sets.is_held_out(one)],
        "paraphrases, held out": [one for one in paraphrases if sets.is_held_out(one)],
    }
    found |= {
        "talk": sets.listed("talk"),
        "fresh, public": sets.listed("fresh"),
        "fresh, talk": sets.listed("fresh_talk"),
        "another hand": sets.listed("other_hand"),
    }
    for kind in sets.ERRORS:
        found[f"mistyped: {kind}"] = sets.mistyped([*forms, *paraphrases], kind, SEED)
    return found


def main() -> int:
    """Print the tables; 1 when something falls short."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--misses", choices=["tuning", "forms", "typing", "off-topic"])
    asked = parser.parse_args()
    entries = sets.entries()
    if asked.misses:
        _show_misses(asked.misses, Index(entries))
        return 0
    every = lists()
    fell_short = False
    for title, shelf in (("as shipped", entries), ("own questions but the first taken away", _bare(entries))):
        rows = _rows(shelf, every)
        show(f"{len(shelf)} entries, {title}: share in %", _HEAD, [cells for _, cells in rows])
        fell_short |= shelf is entries and any(one.top_3 < LEAST_TOP_3 * one.n for one, _ in rows)
    sure, shown, n = _off_topic(Index(entries))
    print(f"off topic: {n} questions, {sure} answered surely ({100 * sure / n:.1f} %), {shown} with anything at all")
    print(f"sure of what is on topic: {_surely(Index(entries), every)}")
    print(f"overlap of forms with the entries' own questions: {_overlap(entries, every['forms'])}")
    slow = _speed(entries)
    return int(fell_short or sure > MOST_SURE_OFF_TOPIC * n or slow)


_HEAD = ("", "n", "first", "top 3", "95 % interval", "pairs: first", "top 3", "all tokens: first", "top 3")


def _rows(shelf: Sequence[PolicyEntry], every: dict[str, list[Asked]]) -> list[tuple[Measured, tuple[str, ...]]]:
    index, pairs, tokens = Index(shelf), Pairs(shelf), AllTokens(shelf)
    rows = []
    for name, questions in every.items():
        ours = measure(name, questions, lambda q: _ids(index, q))
        peers = [measure(name, questions, one.find).cells[2:4] for one in (pairs, tokens)]
        rows.append((ours, (*ours.cells, *peers[0], *peers[1])))
    return rows


def _ids(index: Index, q: str) -> list[str]:
    return [hit.entry.id for hit in index.find(q, 3).hits]


def _bare(entries: Sequence[PolicyEntry]) -> tuple[PolicyEntry, ...]:
    return tuple(replace(entry, questions=entry.questions[:1]) for entry in entries)


def _off_topic(index: Index) -> tuple[int, int, int]:
    found = [index.find(asked.question) for asked in sets.listed("offtopic")]
    return sum(one.is_sure for one in found), sum(bool(one.hits) for one in found), len(found)


def _surely(index: Index, every: dict[str, list[Asked]]) -> str:
    told = []
    for name in ("forms", "paraphrases, held out", "fresh, public", "fresh, talk"):
        found = [(index.find(asked.question), asked) for asked in every[name]]
        sure = [(one, asked) for one, asked in found if one.is_sure]
        right = sum(one.hits[0].entry.id in asked.right for one, asked in sure)
        told.append(
            f"{name} {100 * len(sure) / len(found):.0f} %, of these right {100 * right / max(len(sure), 1):.0f} %"
        )
    return "; ".join(told)


def _overlap(entries: Sequence[PolicyEntry], forms: Sequence[Asked]) -> str:
    own = {_bare_text(question): entry.id for entry in entries for question in entry.questions}
    same = sum(_bare_text(asked.question) in own for asked in forms)
    shares = [max(_jaccard(asked.question, question) for question in own) for asked in forms]
    return (
        f"{same} of {len(forms)} word for word; nearest by pairs of characters, median {statistics.median(shares):.2f}"
    )


def _bare_text(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _jaccard(a: str, b: str) -> float:
    one, two = ({text[n : n + 2] for n in range(len(text) - 1)} for text in (_bare_text(a), b))
    return len(one & two) / max(len(one | two), 1)


def _speed(entries: Sequence[PolicyEntry]) -> bool:
    many = [replace(entries[n % len(entries)], id=f"{entries[n % len(entries)].id}_{n}") for n in range(ENTRIES)]
    Index(many)
    began = time.process_time()
    index = Index(many)
    built = time.process_time() - began
    questions = [asked.question for asked in sets.listed("paraphrases")]
    index.find("yeyuan 建康证")
    took = []
    for question in questions:
        began = time.process_time()
        index.find(question)
        took.append(1000 * (time.process_time() - began))
    took.sort()
    middle, worst = statistics.median(took), took[int(0.95 * len(took))]
    print(f"{ENTRIES} entries: built in {built:.2f} s; a question {middle:.1f} ms, 95 % under {worst:.1f} ms")
    return built > BUILD_S or middle > QUERY_MS


def _show_misses(which: str, index: Index) -> None:
    every = lists()
    seen = [*every["forms"], *every["paraphrases, tuning half"]]
    chosen = {
        "tuning": {name: every[name] for name in ("paraphrases, tuning half", "talk")},
        "forms": {"forms": every["forms"]},
        "typing": {kind: sets.mistyped(seen, kind, SEED) for kind in sets.ERRORS},
        "off-topic": {"off topic": sets.listed("offtopic")},
    }[which]
    for name, questions in chosen.items():
        for asked in questions:
            found = index.find(asked.question, 3)
            ids = [hit.entry.id for hit in found.hits]
            if (asked.right and not {*ids} & {*asked.right}) or (found.is_sure and not asked.right):
                print(f"{name}: {asked.question} -> {'|'.join(asked.right)}; {found.meant}; {' '.join(ids)}")


if __name__ == "__main__":
    sys.exit(main())
