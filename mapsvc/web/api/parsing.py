"""Strict reading of requests: every field has one reader, and what is wrong is said by the field's name."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from flask import current_app, request

from mapsvc.domain.times import day_start, parse_iso
from mapsvc.errors import FieldProblem, Malformed, NotFound, Unsupported

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MOST_PROBLEMS = 20
LONG_TEXT = 4000
SHORT_TEXT = 200

Read = Callable[[Any, str], Any]


@dataclass(frozen=True)
class Field:
    """How one field is read, and its JSON schema.

    Attributes
    ----------
    read : callable
        Takes the value and its path; returns what the operation takes or raises Malformed.
    """

    read: Read
    schema: Mapping[str, Any] = field(default_factory=dict)
    required: bool = True
    default: Any = None


Spec = Mapping[str, Field]


def wrong(path: str, message: str, code: str = "malformed") -> Malformed:
    """The error for one field."""
    return Malformed(message, field=path, code=code)


def optional(one: Field, default: Any = None) -> Field:
    """`one` as a field that may be left out, be null, or (in a query) be empty."""
    return replace(one, required=False, default=default)


def text(most: int = SHORT_TEXT, least: int = 1) -> Field:
    """Text of `least` to `most` characters after trimming."""

    def read(value: Any, path: str) -> str:
        if not isinstance(value, str):
            raise wrong(path, f"{path} 要是文字。", "not_text")
        trimmed: str = value.strip()
        if _CONTROLS.search(trimmed):
            raise wrong(path, f"{path} 里有不能显示的控制字符，请删掉。", "control_character")
        if not least <= len(trimmed) <= most:
            told = f"不能为空，最多{most}个字" if least and not trimmed else f"要在{least}到{most}个字之间"
            raise wrong(path, f"{path} {told}（现在{len(trimmed)}个字）。", "wrong_length")
        return trimmed

    return Field(read, {"type": "string", "minLength": least, "maxLength": most})


def identifier() -> Field:
    """A UUID made by the client, in lower case."""

    def read(value: Any, path: str) -> str:
        if not isinstance(value, str) or not _UUID.fullmatch(value):
            raise wrong(path, f"{path} 要是 UUID，例如 6f1c2e9a-0c57-4a4e-9f0e-3a0f5b1c7d21。", "not_uuid")
        return value.lower()

    return Field(read, {"type": "string", "format": "uuid"})


def choice(options: type[Enum] | Sequence[str]) -> Field:
    """One of an enum's values (read as the member) or of some words."""
    values = [str(o.value) for o in options] if isinstance(options, type) else list(options)

    def read(value: Any, path: str) -> Any:
        if not isinstance(value, str) or value not in values:
            raise wrong(path, f"{path} 要是这几种之一：{'、'.join(values)}。", "not_a_choice")
        return options(value) if isinstance(options, type) else value

    return Field(read, {"type": "string", "enum": values})


def choices(options: type[Enum] | Sequence[str]) -> Field:
    """Several choices joined by commas, for queries."""
    one = choice(options)

    def read(value: Any, path: str) -> tuple[Any, ...]:
        return tuple(one.read(part.strip(), path) for part in _parts(value, path))

    return Field(read, {"type": "string"}, required=False, default=())


def words(most: int = 50) -> Field:
    """Several short texts joined by commas, for queries."""

    def read(value: Any, path: str) -> tuple[str, ...]:
        one = text()
        return tuple(one.read(part, path) for part in _parts(value, path)[:most])

    return Field(read, {"type": "string"}, required=False, default=())


def _parts(value: Any, path: str) -> list[str]:
    if not isinstance(value, str) or len(value) > LONG_TEXT:
        raise wrong(path, f"{path} 要是用逗号分开的几个词。", "not_a_list")
    return [part for part in value.split(",") if part.strip()]


def moment() -> Field:
    """A time in ISO 8601; without a zone it is the office's. Read as aware UTC."""

    def read(value: Any, path: str) -> datetime:
        try:
            # In an address "+" is a blank, so an unescaped +08:00 arrives as " 08:00".
            at = parse_iso(value.strip().replace(" ", "+")) if isinstance(value, str) and len(value) <= 40 else None
        except (ValueError, OverflowError):
            at = None
        if at is None or not _FIRST_YEAR <= at.year <= _LAST_YEAR:
            raise wrong(path, f"{path} 要是时间，例如 2026-11-23T09:30:00+08:00。", "not_a_time")
        return at

    return Field(read, {"type": "string", "format": "date-time"})


def deadline(*, end_of_day: bool = True) -> Field:
    """A time, or a bare day, which stands for its last second (`end_of_day`) or its first."""
    at, whole_day = moment(), day()

    def read(value: Any, path: str) -> datetime:
        if isinstance(value, str) and len(value) == 10:
            first = day_start(whole_day.read(value, path))
            return first + timedelta(days=1, seconds=-1) if end_of_day else first
        found: datetime = at.read(value, path)
        return found

    return Field(read, {"type": "string", "example": "2026-11-27"})


def day() -> Field:
    """A day as 2026-11-23."""

    def read(value: Any, path: str) -> date:
        try:
            found = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
        except ValueError:
            found = None
        if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            raise wrong(path, f"{path} 要是日期，例如 2026-11-23。", "not_a_day")
        return found

    return Field(read, {"type": "string", "format": "date"})


def number(least: float, most: float) -> Field:
    """A finite number within limits; in a query its text."""

    def read(value: Any, path: str) -> float:
        if isinstance(value, str):
            value = _float_of(value)
        whole_or_float = isinstance(value, int | float) and not isinstance(value, bool)
        if not whole_or_float or not math.isfinite(value) or not least <= value <= most:
            raise wrong(path, f"{path} 要是 {least:g} 到 {most:g} 之间的数。", "not_a_number")
        return float(value)

    return Field(read, {"type": "number", "minimum": least, "maximum": most})


def whole(least: int, most: int) -> Field:
    """A whole number within limits; in a query its digits."""

    def read(value: Any, path: str) -> int:
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise wrong(path, f"{path} 要是 {least} 到 {most} 之间的整数。", "not_a_whole_number")
        return value

    return Field(read, {"type": "integer", "minimum": least, "maximum": most})


def flag() -> Field:
    """True or false; in a query also 1 and 0."""
    spellings: dict[Any, bool] = {"true": True, "1": True, "false": False, "0": False}

    def read(value: Any, path: str) -> bool:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in spellings:
            return spellings[value.lower()]
        raise wrong(path, f"{path} 要是 true 或 false。", "not_a_flag")

    return Field(read, {"type": "boolean"})


def box() -> Field:
    """``west,south,east,north`` in WGS-84 degrees, as (w, s, e, n)."""

    def read(value: Any, path: str) -> tuple[float, float, float, float]:
        parts = value.split(",") if isinstance(value, str) and len(value) < SHORT_TEXT else []
        found = [_float_of(part) for part in parts]
        if len(found) != 4 or any(f is None or not math.isfinite(f) for f in found):
            raise wrong(path, f"{path} 要是四个数：西、南、东、北，用英文逗号隔开（WGS-84）。", "not_a_box")
        west, south, east, north = (f or 0.0 for f in found)
        if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= 90 and -90 <= north <= 90):
            raise wrong(path, f"{path} 超出了经纬度的范围。", "box_outside")
        if west >= east or south >= north:
            raise wrong(path, f"{path} 的次序要是西、南、东、北，现在反了。", "box_reversed")
        return west, south, east, north

    return Field(read, {"type": "string", "example": "121.41,31.24,121.43,31.26"})


def record(spec: Spec) -> Field:
    """An object with exactly these fields, read as a dict."""

    def read(value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise wrong(path, f"{path or '请求内容'} 要是一个 JSON 对象。", "not_an_object")
        return _read_all(spec, value, f"{path}." if path else "")

    return Field(read, schema_of(spec))


def items(one: Field, most: int = 50) -> Field:
    """A list of up to `most`; left out it is empty."""

    def read(value: Any, path: str) -> list[Any]:
        if not isinstance(value, list):
            raise wrong(path, f"{path} 要是列表。", "not_a_list")
        if len(value) > most:
            raise wrong(path, f"{path} 最多{most}项（现在{len(value)}项）。", "too_many_items")
        return [one.read(part, f"{path}[{n}]") for n, part in enumerate(value)]

    return Field(read, {"type": "array", "maxItems": most, "items": dict(one.schema)}, required=False, default=())


def point() -> Field:
    """``{"lon", "lat", "error_m"?}`` in WGS-84 degrees."""
    return record({"lon": number(-180, 180), "lat": number(-90, 90), "error_m": optional(number(0, 100_000))})


def schema_of(spec: Spec) -> dict[str, Any]:
    """The JSON schema of an object with these fields."""
    return {
        "type": "object",
        "properties": {name: dict(one.schema) for name, one in spec.items()},
        "required": [name for name, one in spec.items() if one.required],
        "additionalProperties": False,
    }


def body(spec: Spec) -> dict[str, Any]:
    """The request's JSON object, read by `spec`.

    Raises
    ------
    Unsupported
        If it is not sent as JSON.
    Malformed
        If it is no JSON or a field is wrong, unknown or missing; names all such fields.
    """
    if not request.is_json:
        raise Unsupported("请用 JSON 发送，并写明 Content-Type: application/json。", code="not_json")
    try:
        sent = current_app.json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError):
        raise Malformed("请求内容不是有效的 JSON。", code="bad_json") from None
    read: dict[str, Any] = record(spec).read(sent, "")
    return read


def query(spec: Spec) -> dict[str, Any]:
    """The request's query parameters, read by `spec`; each may stand once, an empty one counts as left out."""
    sent = {name: values for name, values in request.args.lists()}
    twice = next((name for name, values in sent.items() if len(values) > 1), None)
    if twice is not None:
        raise wrong(twice[:40], f"参数 {twice[:40]} 写了不止一次，多个值请用逗号分开。", "given_twice")
    return _read_all(spec, {name: values[0] for name, values in sent.items() if values[0] != ""}, "")


def path_code(value: str) -> str:
    """A code out of the address; one that cannot exist is left as it is for the operation not to find."""
    return _CONTROLS.sub("", value)[:SHORT_TEXT]


def path_identifier(value: str) -> str:
    """A UUID out of the address, in lower case; raises NotFound for what is none."""
    if not _UUID.fullmatch(value):
        raise NotFound(f"没有编号为{path_code(value)[:40]}的记录，请核对编号。", field="id", code="not_uuid")
    return value.lower()


def _read_all(spec: Spec, sent: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    problems: list[FieldProblem] = [
        FieldProblem(shown, "unknown_field", f"没有 {shown} 这个字段，请检查拼写。")
        for shown in (prefix + (name[:40] or "（空）") for name in sent if name not in spec)
    ]
    values: dict[str, Any] = {}
    for name, one in spec.items():
        value = sent.get(name)
        if value is None:
            values[name] = one.default
            if one.required:
                problems.append(FieldProblem(prefix + name, "missing", f"缺少 {prefix}{name}。"))
            continue
        try:
            values[name] = one.read(value, prefix + name)
        except Malformed as error:
            problems += error.problems
    if problems:
        raise Malformed(problems[0].message, problems=problems[:_MOST_PROBLEMS], code=problems[0].code)
    return values


def _float_of(written: str) -> float | None:
    try:
        return float(written) if len(written) < 40 else None
    except ValueError:
        return None
