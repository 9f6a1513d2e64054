"""The sentences of a report: half a page composed from what was gathered, and five lines for a group."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from mapsvc.domain.figures import RATE_NAMES
from mapsvc.domain.periods import REPORT_NAMES, Period
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.domain.reports import LIST_NAMES, Body, Gathered, Item, ListId

EXTRA = "extra"
"""The sentence that is written by hand alone."""
SENTENCE_NAMES: dict[str, str] = {
    "visits": "走访",
    "needs": "诉求",
    "issues": "问题和办理",
    "tickets": "12345工单",
    "rates": "几个率",
    "promises": "答应的事",
    "together": "一起办的",
    "effect": "回访问效",
    "stuck": "卡住的",
    "next": "接下来",
    EXTRA: "另外要说的",
}
LINES = (("visits", "needs"), ("issues", "tickets", "rates"), ("stuck",), ("next",))
"""Which sentences stand in the second to fifth line for a group."""
_MOST_NAMED = 3
_L = ListId


@dataclass(frozen=True)
class Sentence:
    """A sentence of a report: as it stands, and as the program would write it."""

    id: str
    name: str
    text: str
    composed: str

    @property
    def is_typed(self) -> bool:
        """Whether somebody changed it."""
        return self.text != self.composed


def title_of(period: Period, block: str) -> str:
    """What a report is called."""
    return f"{block}{REPORT_NAMES[period.kind]}（{period.words}）"


def sentences(gathered: Gathered, body: Body) -> tuple[Sentence, ...]:
    """All sentences in their order: as typed, else as composed; empty ones are for typing."""
    written = compose(gathered)
    return tuple(
        Sentence(name, words, body.texts.get(name, written.get(name, "")), written.get(name, ""))
        for name, words in SENTENCE_NAMES.items()
    )


def compose(g: Gathered) -> dict[str, str]:
    """The sentences as the program writes them; "" where there is nothing to say."""
    return {
        "visits": _visits(g),
        "needs": _needs(g),
        "issues": _issues(g),
        "tickets": _tickets(g),
        "rates": _rates(g),
        "promises": _promises(g),
        "together": _together(g),
        "effect": _effect(g),
        "stuck": _stuck(g),
        "next": _next(g),
    }


def five_lines(title: str, found: Mapping[str, str]) -> str:
    """The text to paste into a group: five lines, no phone number."""
    lines = [title]
    for names in LINES:
        line = "".join(" ".join(found.get(name, "").split()) for name in names)
        lines.append(line or "这一段没有要说的。")
    return "\n".join(mask_phones_in(line) for line in lines)


def _compared(g: Gathered, which: ListId, of: str = "") -> str:
    """``走访86户次，比上周多12户次``; `of`: of how many, as ``/178``."""
    name, unit = LIST_NAMES[which]
    now, before = g.count(which), g.count_before(which)
    if now == before:
        return f"{name}{now}{of}{unit}，和{g.compared_with}一样"
    more = f"多{now - before}" if now > before else f"少{before - now}"
    return f"{name}{now}{of}{unit}，比{g.compared_with}{more}{unit}"


def _visits(g: Gathered) -> str:
    so_far = "到现在" if g.is_running else ""
    walked = f"；{_compared(g, _L.STRETCHES, f'/{g.of_stretches}')}" if g.count(_L.STRETCHES) else ""
    return f"{g.period.this}{so_far}{_compared(g, _L.VISITS)}{walked}。"


def _needs(g: Gathered) -> str:
    if not g.count(_L.NEEDS):
        return f"没有听到新的诉求，办好以前的{g.count(_L.SETTLED)}条。" if g.count(_L.SETTLED) else ""
    settled = f"；办好{g.count(_L.SETTLED)}条" if g.count(_L.SETTLED) else ""
    return f"听到诉求{g.count(_L.NEEDS)}条{_by_what(g.now[_L.NEEDS], '条')}{settled}。"


def _issues(g: Gathered) -> str:
    if not g.count(_L.ISSUES):
        return f"没有新发现的问题，办结{g.count(_L.CLOSED)}件，还在办{g.count(_L.OPEN)}件。"
    said = _by_what(g.now[_L.ISSUES], "件")
    rest = f"办结{g.count(_L.CLOSED)}件，还在办{g.count(_L.OPEN)}件"
    return f"{_compared(g, _L.ISSUES)}{said}；{rest}。"


def _tickets(g: Gathered) -> str:
    if not g.count(_L.TICKETS):
        return ""
    known = g.count(_L.KNOWN)
    return f"{_compared(g, _L.TICKETS)}" + (f"，其中{known}件来电以前走访就已经发现。" if known else "。")


def _rates(g: Gathered) -> str:
    parts = []
    for line in g.rates:
        if line.now.percent is None:
            continue
        then = "" if line.before.percent is None else f"，{g.period.last_one}{line.before.text}"
        parts.append(f"{RATE_NAMES[line.rate]}{line.now.text}（{line.now.hits}/{line.now.total}件{then}）")
    return f"{'，'.join(parts)}。" if parts else ""


def _promises(g: Gathered) -> str:
    due, kept = g.count(_L.PROMISES), g.count(_L.KEPT)
    if not due:
        return ""
    return f"答应商户的事到期{due}件，都办到了。" if kept == due else f"答应商户的事到期{due}件，办到{kept}件。"


def _together(g: Gathered) -> str:
    parts = [f"{LIST_NAMES[w][0]}{g.count(w)}次" for w in (_L.COUNCILS, _L.RESPONSES) if g.count(w)]
    return f"{g.period.this}{'，'.join(parts)}。" if parts else ""


def _effect(g: Gathered) -> str:
    checks = g.count(_L.CHECKS)
    return f"办结以后回访问效{checks}件，好了、好些的{g.count(_L.EASED)}件。" if checks else ""


def _stuck(g: Gathered) -> str:
    found = g.now.get(_L.STUCK, ())
    if not found:
        return "没有卡住的事。"
    named = "；".join(f"{i.where}{i.what}，{i.said}" for i in found[:_MOST_NAMED])
    more = f"；另有{len(found) - _MOST_NAMED}件" if len(found) > _MOST_NAMED else ""
    return f"卡住的{len(found)}件：{named}{more}。"


def _next(g: Gathered) -> str:
    words = ((_L.NEXT_DUE, "案件到期"), (_L.NEXT_RETURNS, "回访"), (_L.NEXT_PROMISES, "答应的事到期"))
    parts = [f"{word}{g.count(which)}件" for which, word in words if g.count(which)]
    return f"{g.period.next_one}{'，'.join(parts)}。" if parts else f"{g.period.next_one}没有到期的事。"


def _by_what(items: tuple[Item, ...], unit: str) -> str:
    """The most frequent kinds or topics, at most three, as the next part of a sentence; of equals by name."""
    counts = sorted(Counter(item.what for item in items).items(), key=lambda pair: (-pair[1], pair[0]))
    said = "、".join(f"{what}{n}{unit}" for what, n in counts[:_MOST_NAMED])
    return f"，多的是{said}" if len(counts) > _MOST_NAMED else f"（{said}）"
