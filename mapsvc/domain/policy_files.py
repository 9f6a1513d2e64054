"""Policy entries as plain documents: what the store keeps, files say and the public surface is sent."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from mapsvc.domain import topics
from mapsvc.domain.policies import Condition, PolicyEntry, ServiceCounter
from mapsvc.errors import FieldProblem, Refused

# In the order in which they are asked for, shown and compared.
FIELD_NAMES: dict[str, str] = {
    "id": "编号",
    "topic": "主题",
    "title": "标题",
    "questions": "问法",
    "answer": "答案",
    "conditions": "条件",
    "materials": "材料",
    "steps": "步骤",
    "search_words": "随申办里搜",
    "counters": "窗口",
    "source": "出处",
    "source_date": "出处日期",
    "valid_from": "从哪天起",
    "valid_until": "到哪天止",
    "tags": "别的说法",
    "trades": "行业",
    "months": "月份",
    "is_sample": "样例",
    "version": "版本",
}
LONGEST: dict[str, int] = {
    "id": 40, "topic": 40, "title": 60, "questions": 80, "answer": 1200, "materials": 120, "steps": 200,
    "search_words": 40, "source": 120, "tags": 20, "trades": 20, "text": 200, "before": 60, "hint": 200, "name": 60,
    "address": 80, "hours": 80, "phone": 40,
}  # fmt: skip
MOST: dict[str, int] = {
    "questions": 30, "conditions": 20, "materials": 30, "steps": 20, "search_words": 10, "counters": 10, "tags": 40,
    "trades": 20, "months": 12,
}  # fmt: skip
WORD_LISTS = ("search_words", "tags", "trades")
_TEXT_LISTS = ("questions", "materials", "steps", *WORD_LISTS)
_CONDITION = {"text": "条件", "before": "什么时候之前", "hint": "提醒", "hint_months": "提醒的月份"}
_COUNTER = {"name": "窗口", "address": "地址", "hours": "时间", "phone": "电话"}
_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
_MOST_PROBLEMS = 20
# Addresses beside those of the entries.
_TAKEN = frozenset({"new", "import", "files"})
_BETWEEN_WORDS = re.compile(r"[、，,；;\n]")
# What stands here is printed and read by everybody.
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")


def to_document(entry: PolicyEntry) -> dict[str, Any]:
    """The entry as plain values, dates as ISO text; what is empty is left out."""
    told: dict[str, Any] = {name: _plain(getattr(entry, name)) for name in FIELD_NAMES}
    told["conditions"] = [_told(c, _CONDITION) for c in entry.conditions]
    told["counters"] = [_told(c, _COUNTER) for c in entry.counters]
    return {name: value for name, value in told.items() if value not in (None, [], False)}


def from_document(doc: Mapping[str, Any]) -> PolicyEntry:
    """The entry that a document says.

    Raises
    ------
    Refused
        Names every field that is wrong, as ``conditions.2.before``, in Chinese.
    """
    reader = _Reader()
    reader.known(doc, FIELD_NAMES, "")
    texts = {name: reader.texts(doc, name) for name in _TEXT_LISTS}
    made = PolicyEntry(
        id=reader.code(doc),
        topic=reader.topic(doc),
        title=reader.line(doc, "title"),
        answer=reader.text(doc, "answer"),
        source=reader.line(doc, "source"),
        source_date=reader.day(doc, "source_date", required=True) or date.min,
        conditions=tuple(_condition(reader, n, one) for n, one in reader.tables(doc, "conditions")),
        counters=tuple(_counter(reader, n, one) for n, one in reader.tables(doc, "counters")),
        valid_from=reader.day(doc, "valid_from"),
        valid_until=reader.day(doc, "valid_until"),
        months=reader.months(doc, "months"),
        is_sample=reader.flag(doc, "is_sample"),
        version=reader.version(doc),
        **texts,
    )
    if not made.questions:
        reader.wrong("questions", "missing", "至少写一个问法，就是商户会怎么问。")
    if made.valid_from and made.valid_until and made.valid_from > made.valid_until:
        reader.wrong("valid_until", "before_start", "“到哪天止”在“从哪天起”之前，请核对。")
    reader.done()
    return made


def _condition(reader: "_Reader", n: int, told: Mapping[str, Any]) -> Condition:
    at = f"conditions.{n}."
    reader.known(told, _CONDITION, at)
    return Condition(
        reader.line(told, "text", at), reader.maybe(told, "before", at), reader.maybe(told, "hint", at),
        reader.months(told, "hint_months", at),
    )  # fmt: skip


def _counter(reader: "_Reader", n: int, told: Mapping[str, Any]) -> ServiceCounter:
    at = f"counters.{n}."
    reader.known(told, _COUNTER, at)
    return ServiceCounter(
        reader.line(told, "name", at), reader.maybe(told, "address", at), reader.maybe(told, "hours", at),
        reader.maybe(told, "phone", at),
    )  # fmt: skip


class _Reader:
    """Reads fields and collects what is wrong, by field."""

    def __init__(self) -> None:
        self.problems: list[FieldProblem] = []

    def wrong(self, field: str, code: str, message: str) -> None:
        self.problems.append(FieldProblem(field, code, message))

    def done(self) -> None:
        if self.problems:
            some = self.problems[:_MOST_PROBLEMS]
            raise Refused(some[0].message, code=some[0].code, problems=some)

    def known(self, told: Mapping[str, Any], names: Mapping[str, str], at: str) -> None:
        for name in told:
            if name not in names:
                shown = str(name)[:40]
                self.wrong(f"{at}{shown}", "unknown_field", f"{_where(at)}没有“{shown}”这一项，请检查拼写。")

    def text(self, told: Mapping[str, Any], name: str, at: str = "") -> str:
        """Words over several lines; blank lines at the ends go."""
        return self._words(told.get(name), name, at, required=True)

    def line(self, told: Mapping[str, Any], name: str, at: str = "") -> str:
        """Words on one line."""
        return " ".join(self._words(told.get(name), name, at, required=True).split())

    def maybe(self, told: Mapping[str, Any], name: str, at: str = "") -> str | None:
        """The same, or nothing."""
        return " ".join(self._words(told.get(name), name, at, required=False).split()) or None

    def texts(self, told: Mapping[str, Any], name: str) -> tuple[str, ...]:
        """Several lines, each once; words may also stand beside one another."""
        given = self._list(told, name)
        if name in WORD_LISTS:
            given = [part for one in given for part in (_BETWEEN_WORDS.split(one) if isinstance(one, str) else [one])]
        found = [
            " ".join(self._words(one, name, f"{name}.{n}.", required=False).split())
            for n, one in enumerate(given, start=1)
        ]
        return tuple(dict.fromkeys(one for one in found if one))

    def tables(self, told: Mapping[str, Any], name: str) -> Iterable[tuple[int, Mapping[str, Any]]]:
        """Numbered tables of a list."""
        for n, one in enumerate(self._list(told, name), start=1):
            if isinstance(one, Mapping):
                yield n, one
            else:
                self.wrong(f"{name}.{n}", "not_a_table", f"“{FIELD_NAMES[name]}”第{n}条读不出来，请照样子写。")

    def code(self, told: Mapping[str, Any]) -> str:
        code = self.line(told, "id")
        if code in _TAKEN or (code and not _CODE.fullmatch(code)):
            told_ = "编号要用小写英文字母开头，只含小写字母、数字和下划线，2到40个，例如 kindergarten。"
            self.wrong("id", "bad_id", told_)
        return code

    def topic(self, told: Mapping[str, Any]) -> str:
        topic = self.line(told, "topic")
        if topic and topic not in topics.NAMES:
            self.wrong(
                "topic", "unknown_topic", f"没有“{topic[:20]}”这个主题，请从这些里选：{'、'.join(topics.NAMES)}。"
            )
        return topic

    def day(self, told: Mapping[str, Any], name: str, *, required: bool = False) -> date | None:
        value = told.get(name)
        if value in (None, ""):
            if required:
                self.wrong(name, "missing", f"缺“{FIELD_NAMES[name]}”，请补上。")
            return None
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            if isinstance(value, str):
                return date.fromisoformat(value.strip())
        except ValueError:
            pass
        self.wrong(name, "not_a_day", f"“{FIELD_NAMES[name]}”要写成年-月-日，例如 2026-09-01。")
        return None

    def months(self, told: Mapping[str, Any], name: str, at: str = "") -> tuple[int, ...]:
        values = self._list(told, name, at)
        if not all(isinstance(m, int) and not isinstance(m, bool) and 1 <= m <= 12 for m in values):
            self.wrong(f"{at}{name}", "not_a_month", f"{_where(at)}“{_label(name)}”要写月份数字，1到12。")
            return ()
        return tuple(dict.fromkeys(values))

    def flag(self, told: Mapping[str, Any], name: str) -> bool:
        value = told.get(name, False)
        if not isinstance(value, bool):
            self.wrong(name, "not_a_flag", f"“{FIELD_NAMES[name]}”要写是或否。")
        return value is True

    def version(self, told: Mapping[str, Any]) -> int:
        value = told.get("version", 1)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value < 10**6:
            self.wrong("version", "not_a_number", "“版本”要是从1起的整数。")
            return 1
        return value

    def _list(self, told: Mapping[str, Any], name: str, at: str = "") -> list[Any]:
        value = told.get(name)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            self.wrong(f"{at}{name}", "not_a_list", f"{_where(at)}“{_label(name)}”要是一条一条的。")
            return []
        most = MOST.get(name, 12)
        if len(value) > most:
            self.wrong(f"{at}{name}", "too_many", f"{_where(at)}“{_label(name)}”最多{most}条，现在有{len(value)}条。")
        return list(value[:most])

    def _words(self, value: object, name: str, at: str, *, required: bool) -> str:
        label = _label(name)
        field = at.rstrip(".") if at.startswith(f"{name}.") else f"{at}{name}"
        if value is None or (isinstance(value, str) and not value.strip()):
            if required:
                self.wrong(field, "missing", f"{_where(at)}缺“{label}”，请补上。")
            return ""
        if not isinstance(value, str):
            self.wrong(field, "not_text", f"{_where(at)}“{label}”要是文字。")
            return ""
        if any((ord(c) < 32 and c not in "\r\n\t") or c in "\x7f\ufffe\uffff" for c in value):
            self.wrong(field, "control_character", f"{_where(at)}“{label}”里有不能显示的控制字符，请删掉。")
            return ""
        if _MOBILE.search(value):
            told = f"{_where(at)}“{label}”里有手机号。解答人人看得到，请换成窗口的座机。"
            self.wrong(field, "personal_phone", told)
        if len(value.strip()) > LONGEST[name]:
            told = f"{_where(at)}“{label}”最多{LONGEST[name]}个字，现在有{len(value.strip())}个。"
            self.wrong(field, "too_long", told)
        return "\n".join(line.strip() for line in value.strip().splitlines())


def _told(one: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: value for name in names if (value := _plain(getattr(one, name))) not in (None, [])}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _label(name: str) -> str:
    return FIELD_NAMES.get(name) or _CONDITION.get(name) or _COUNTER[name]


def _where(at: str) -> str:
    name, _, n = at.rstrip(".").partition(".")
    return f"“{FIELD_NAMES[name]}”第{n}条" if n else ""
