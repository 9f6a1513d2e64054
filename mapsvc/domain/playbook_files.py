"""治理样板 as a file: read from TOML or JSON with every fault named by step and field, written with its results."""

import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from mapsvc.domain.clock import Limit, LimitCalendar
from mapsvc.domain.effects import Result
from mapsvc.domain.playbooks import (
    CALENDAR_NAMES,
    MAKES_NAMES,
    PHASE_NAMES,
    REPEAT_NAMES,
    Content,
    Makes,
    Phase,
    Repeat,
    RunResult,
    Step,
    require_sound,
)
from mapsvc.domain.tasks import TASK_ROLE_NAMES, TaskRole
from mapsvc.errors import FieldProblem, Malformed, Refused

LARGEST = 256 * 1024
_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
_MOST_RESULTS, _MOST_PROBLEMS = 200, 20
_TOP = {"id", "name", "note", "kinds", "steps", "results"}
_STEP = {"phase", "text", "role", "limit_min", "calendar", "repeats", "makes", "words"}
_RESULT = {"began", "ended", "steps", "steps_done", "effect"}
E = TypeVar("E", bound=StrEnum)


def read_file(content: bytes) -> Content:
    """A playbook from the bytes of a TOML or JSON file.

    Raises
    ------
    Malformed
        It is neither, or too large.
    Refused
        A step or field is wrong; names each, as ``steps.3.role``.
    """
    if len(content) > LARGEST:
        raise Malformed(f"样板文件最大{LARGEST // 1024}KB，这个太大了，请核对是不是选错了文件。", field="file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Malformed("样板文件要用UTF-8编码，请另存一次再导入。", field="file", code="not_utf8") from None
    try:
        told = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"样板文件读不出来（{error}），请改好再导入。", field="file", code="bad_file") from None
    return content_from(told)


def content_from(told: Mapping[str, Any]) -> Content:
    """A playbook from what a file, or the store, says; raises Refused naming steps and fields."""
    reader = _Reader()
    reader.known("", told, _TOP)
    code = reader.text("id", told.get("id"), "编号")
    if code and not _CODE.fullmatch(code):
        reader.wrong("id", "bad_id", "编号要用小写英文字母开头，只含小写字母、数字和下划线，最多40个。")
    steps = reader.tables("steps", told.get("steps"), "步骤")
    results = reader.tables("results", told.get("results"), "结果")[:_MOST_RESULTS]
    made = Content(
        code,
        reader.text("name", told.get("name"), "名称"),
        tuple(_step(reader, n, one) for n, one in enumerate(steps, start=1)),
        reader.text("note", told.get("note"), "说明", required=False),
        tuple(sorted(reader.texts("kinds", told.get("kinds"), "适用的类别"))),
        tuple(r for n, one in enumerate(results, start=1) if (r := _result(reader, n, one))),
    )
    reader.done(made)
    return made


def as_told(content: Content, results: Sequence[RunResult] = ()) -> dict[str, Any]:
    """What a file says, as plain values; `results` instead of those it brought along."""
    told: dict[str, Any] = {"id": content.code, "name": content.name, "note": content.note}
    told["kinds"] = list(content.kinds)
    told["steps"] = [_step_told(step) for step in content.steps]
    if results:
        told["results"] = [_result_told(one) for one in results]
    return told


def write_toml(content: Content, results: Sequence[RunResult] = ()) -> str:
    """The file, for people to read and change."""
    told = as_told(content, results)
    lines = [f"# 治理样板：{content.name}" if "\n" not in content.name else "# 治理样板"]
    tables = {name: told.pop(name) for name in ("steps", "results") if name in told}
    lines += [f"{name} = {_toml(value)}" for name, value in told.items()]
    for name, rows in tables.items():
        for row in rows:
            lines += ["", f"[[{name}]]", *(f"{key} = {_toml(value)}" for key, value in row.items())]
    return "\n".join(lines) + "\n"


def write_json(content: Content, results: Sequence[RunResult] = ()) -> str:
    """The same for programs."""
    return json.dumps(as_told(content, results), ensure_ascii=False, indent=2, default=str) + "\n"


class _Reader:
    """Collects what is wrong, by field."""

    def __init__(self) -> None:
        self.problems: list[FieldProblem] = []

    def wrong(self, field: str, code: str, message: str) -> None:
        self.problems.append(FieldProblem(field, code, message))

    def known(self, path: str, told: Mapping[str, Any], names: set[str]) -> None:
        where = _where(path)
        for name in told:
            if name not in names:
                shown = str(name)[:40]
                self.wrong(f"{path}{shown}", "unknown_field", f"{where}里没有“{shown}”这一项，请检查拼写。")

    def text(self, field: str, value: object, label: str, required: bool = True, where: str = "") -> str:
        if value is None or (isinstance(value, str) and not value.strip()):
            if required:
                self.wrong(field, "missing", f"{where}缺“{label}”，请补上。")
            return ""
        if not isinstance(value, str):
            self.wrong(field, "not_text", f"{where}“{label}”要是文字。")
            return ""
        if any((ord(c) < 32 and c not in "\n\t") or ord(c) == 127 for c in value):
            self.wrong(field, "control_character", f"{where}“{label}”里有不能显示的控制字符，请删掉。")
            return ""
        return value.strip()

    def texts(self, field: str, value: object, label: str) -> list[str]:
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.wrong(field, "not_a_list", f"“{label}”要是几个词的列表。")
            return []
        return list(dict.fromkeys(one.strip() for one in value if one.strip()))

    def tables(self, field: str, value: object, label: str) -> list[Mapping[str, Any]]:
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.wrong(field, "not_a_list", f"“{label}”要是一张张表，例如 [[{field}]]。")
            return []
        return value

    def choice(
        self, field: str, value: object, options: type[E], names: Mapping[E, str], label: str, default: E | None
    ) -> E | None:
        if value is None and default is not None:
            return default
        for one in options:
            if value in (one.value, names[one]):
                return one
        allowed = "、".join(f"{o.value}（{names[o]}）" for o in options)
        self.wrong(field, "not_a_choice", f"{_where(field)}“{label}”要是这几种之一：{allowed}。")
        return None

    def whole(self, field: str, value: object, label: str) -> int | None:
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 10**9:
            self.wrong(field, "not_whole", f"{_where(field)}“{label}”要是整数。")
            return None
        return value

    def done(self, made: Content) -> None:
        told = {p.field for p in self.problems}
        try:
            require_sound(made)
        except Refused as error:
            self.problems += [p for p in error.problems if p.field not in told]
        if self.problems:
            some = self.problems[:_MOST_PROBLEMS]
            raise Refused(some[0].message, code=some[0].code, problems=some)


def _step(reader: _Reader, n: int, told: Mapping[str, Any]) -> Step:
    path = f"steps.{n}."
    reader.known(path, told, _STEP)
    choice: Callable[..., Any] = lambda name, *how: reader.choice(f"{path}{name}", told.get(name), *how)  # noqa: E731
    phase = choice("phase", Phase, PHASE_NAMES, "阶段", None)
    role = choice("role", TaskRole, TASK_ROLE_NAMES, "谁来做", None)
    calendar = choice("calendar", LimitCalendar, CALENDAR_NAMES, "时限怎么算", LimitCalendar.CLOCK)
    repeats = choice("repeats", Repeat, REPEAT_NAMES, "多久一次", Repeat.ONCE)
    makes = choice("makes", Makes, MAKES_NAMES, "生成什么", Makes.TASK)
    minutes = reader.whole(f"{path}limit_min", told.get("limit_min"), "时限（分钟）")
    return Step(
        phase or Phase.IMMEDIATE,
        reader.text(f"{path}text", told.get("text"), "做什么", where=f"第{n}步"),
        role or TaskRole.OTHER,
        Limit(calendar or LimitCalendar.CLOCK, minutes),
        repeats or Repeat.ONCE,
        makes or Makes.TASK,
        reader.text(f"{path}words", told.get("words"), "要印的话", required=False, where=f"第{n}步"),
    )


def _result(reader: _Reader, n: int, told: Mapping[str, Any]) -> RunResult | None:
    path = f"results.{n}."
    reader.known(path, told, _RESULT)
    began, ended = _day(told.get("began")), _day(told.get("ended"))
    if began is None or (told.get("ended") is not None and ended is None):
        reader.wrong(f"{path}began", "not_a_day", f"第{n}条结果的日子要写成年、月、日，例如2026-11-23。")
        return None
    steps = reader.whole(f"{path}steps", told.get("steps"), "步数") or 0
    done = reader.whole(f"{path}steps_done", told.get("steps_done"), "做完的步数") or 0
    effect = told.get("effect")
    if effect is not None and effect not in {r.value for r in Result}:
        reader.wrong(f"{path}effect", "not_a_choice", f"第{n}条结果的“effect”不认识，请删掉或改正。")
        return None
    return RunResult(began, ended, steps, done, effect)


def _step_told(step: Step) -> dict[str, Any]:
    told: dict[str, Any] = {"phase": step.phase.value, "text": step.text, "role": step.role.value}
    if step.limit.minutes is not None:
        told |= {"limit_min": step.limit.minutes, "calendar": step.limit.calendar.value}
    told |= {"repeats": step.repeats.value, "makes": step.makes.value}
    return told | ({"words": step.words} if step.words else {})


def _result_told(one: RunResult) -> dict[str, Any]:
    told: dict[str, Any] = {"began": one.began.isoformat()}
    if one.ended:
        told["ended"] = one.ended.isoformat()
    told |= {"steps": one.steps, "steps_done": one.steps_done}
    return told | ({"effect": one.effect} if one.effect else {})


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _where(path: str) -> str:
    parts = path.split(".")
    if len(parts) >= 2 and parts[1].isdigit():
        return f"第{parts[1]}步" if parts[0] == "steps" else f"第{parts[1]}条结果"
    return "文件"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(_toml(one) for one in value)}]"
    if isinstance(value, str):
        # JSON's escapes are TOML's, but for DEL.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value)
