"""常问答案: the file in which an office kept its answers before it had 线上驿站, read as policy entries."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from mapsvc.domain import topics
from mapsvc.domain.policies import PolicyEntry

_LONGEST = {"id": 40, "question": 60, "answer": 600, "source": 80}
_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")


def entries_from(document: Mapping[str, Any]) -> tuple[PolicyEntry, ...]:
    """All answers of the file as entries, in its order.

    Raises
    ------
    ValueError
        Names the answer and what is wrong with it, in Chinese.
    """
    rows = document.get("answers")
    if not isinstance(rows, list) or not rows:
        raise ValueError("里面没有一条 [[answers]]")
    found: dict[str, PolicyEntry] = {}
    for n, row in enumerate(rows, start=1):
        try:
            one = _entry(row, n)
        except ValueError as error:
            raise ValueError(f"第{n}条：{error}") from None
        if one.id in found:
            raise ValueError(f"第{n}条：id {one.id} 用了两次")
        found[one.id] = one
    return tuple(found.values())


def _entry(row: Mapping[str, Any], n: int) -> PolicyEntry:
    for name, longest in _LONGEST.items():
        text = row.get(name)
        if not isinstance(text, str) or not text.strip() or len(text) > longest:
            raise ValueError(f"{name} 要写成文字，最多{longest}字")
    if row.get("topic") not in topics.NAMES:
        raise ValueError(f"topic 要从这些里选：{'、'.join(topics.NAMES)}")
    if not isinstance(row.get("source_date"), date):
        raise ValueError("source_date 要写成日期，例如 2026-09-01")
    until = row.get("valid_until", "none")
    if until != "none" and not isinstance(until, date):
        raise ValueError('valid_until 要写成日期，长期有效写 "none"')
    months = row.get("months", [])
    if not isinstance(months, list) or not all(isinstance(m, int) and 1 <= m <= 12 for m in months):
        raise ValueError("months 要写成月份，例如 [11, 12, 1]")
    told, question = row["id"].strip(), " ".join(row["question"].split())
    return PolicyEntry(
        # Any text was an id there; here it stands in addresses.
        id=told if _CODE.fullmatch(told) else f"usual_{n}",
        topic=row["topic"],
        title=question.rstrip("？?。 ") or question,
        questions=(question,),
        answer=" ".join(row["answer"].split()),
        source=row["source"].strip(),
        source_date=row["source_date"],
        valid_until=until if isinstance(until, date) else None,
        tags=_texts(row, "words"),
        trades=_texts(row, "trades"),
        months=tuple(months),
        is_sample=row.get("sample") is True,
    )


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    texts = row.get(name, [])
    if not isinstance(texts, list) or not all(isinstance(t, str) for t in texts):
        raise ValueError(f'{name} 要写成一串文字，例如 ["餐饮", "零售"]')
    return tuple(texts)
