"""Forms of server-rendered pages: what was typed, read field by field; done and onwards, or the same page again."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from flask import Response, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.times import day_start, parse_iso
from mapsvc.errors import Conflict, FieldProblem, Forbidden, MapsvcError, NotFound, NotSignedIn, Refused
from mapsvc.web.csrf import FIELD

Form = dict[str, Any]
"""What was typed, by name: text, or a list of texts where a name came several times."""
C = TypeVar("C", bound=StrEnum)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_NOT_OF_A_FIELD = (NotSignedIn, Forbidden, NotFound)
LONGEST = 4000


class Faults(dict[str, str]):
    """Messages by field ("" for the form as a whole); `code` and `extra` are the error's own."""

    def __init__(self, error: MapsvcError) -> None:
        super().__init__({p.field: p.message for p in reversed(error.problems)} or {"": str(error)})
        self.code = error.code
        self.extra: Mapping[str, object] = error.extra


def done(
    act: Callable[[], Any], to: str | Callable[[Any], str], again: Callable[[Form, dict[str, str]], str]
) -> AnyResponse:
    """Do `act` and go on to `to`; where it is refused, the same page `again` with what was typed and what is wrong.

    Parameters
    ----------
    act : callable
        Reads the form and calls the operation.
    to : str or callable
        Where to go next (303); a callable takes what `act` returned.
    again : callable
        Renders the page from the typed values and the messages by field (an instance of `Faults`); sent with 409
        after a conflict, else with 422.
    """
    try:
        result = act()
    except MapsvcError as error:
        if isinstance(error, _NOT_OF_A_FIELD):
            raise
        return make_response(again(typed(), Faults(error)), 409 if isinstance(error, Conflict) else 422)
    return redirect(to if isinstance(to, str) else to(result), 303)


def page_again(page: str, status: int = 422) -> Response:
    """A page that stays, with its status."""
    return make_response(page, status)


def typed() -> Form:
    """Everything that was typed, the token left out."""
    sent = request.form.to_dict(flat=False)
    return {name: some[0] if len(some) == 1 else some for name, some in sent.items() if name != FIELD}


def many(name: str) -> list[str]:
    """All values of a field that comes several times, trimmed, in their order."""
    return [value.strip() for value in request.form.getlist(name)]


def text(name: str, label: str = "", most: int = LONGEST, required: bool = False) -> str:
    """A text, trimmed.

    Raises
    ------
    Refused
        Too long, with control characters, or missing where it is `required`.
    """
    value = request.form.get(name, "").replace("\r\n", "\n").strip()
    label = label or "这一项"
    if _CONTROLS.search(value):
        raise Refused(f"{label}里有不能显示的控制字符，请删掉。", field=name, code="control_character")
    if len(value) > most:
        raise Refused(f"{label}最多{most}个字，现在{len(value)}个字。", field=name, code="too_long")
    if required and not value:
        raise Refused(f"请填{label}。", field=name, code="missing")
    return value


def choice(name: str, options: type[C], label: str = "", required: bool = True) -> C | None:
    """One of an enum's values; None where it may be left open and was.

    Raises
    ------
    Refused
    """
    value = request.form.get(name, "").strip()
    if not value and not required:
        return None
    try:
        return options(value)
    except ValueError:
        raise Refused(f"请选{label or '一项'}。", field=name, code="not_a_choice") from None


def when(name: str, label: str = "", required: bool = False) -> datetime | None:
    """A time as ``<input type="datetime-local">`` sends it, by the office's clock.

    Raises
    ------
    Refused
    """
    value = request.form.get(name, "").strip()
    if not value and not required:
        return None
    try:
        at = parse_iso(value)
    except (ValueError, OverflowError):
        raise Refused(f"{label or '时间'}要写成年、月、日、几点几分。", field=name, code="bad_time") from None
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise Refused(f"{label or '时间'}的年份不对，请核对。", field=name, code="bad_time")
    return at


def day(name: str, label: str = "", required: bool = False) -> date | None:
    """A day as ``<input type="date">`` sends it.

    Raises
    ------
    Refused
    """
    value = request.form.get(name, "").strip()
    if not value and not required:
        return None
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise Refused(f"{label or '日子'}要写成年、月、日。", field=name, code="bad_day") from None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise Refused(f"{label or '日子'}的年份不对，请核对。", field=name, code="bad_day")
    return found


def end_of_day(name: str, label: str = "", required: bool = False) -> datetime | None:
    """The close of office (17:00) on a day as ``<input type="date">`` sends it.

    Raises
    ------
    Refused
    """
    from datetime import timedelta

    from mapsvc.domain.clock import CLOSES_H

    found = day(name, label, required)
    return day_start(found) + timedelta(hours=CLOSES_H) if found else None


def whole(name: str, label: str = "", least: int = 0, most: int = 1_000_000, required: bool = False) -> int | None:
    """A whole number between `least` and `most`.

    Raises
    ------
    Refused
    """
    value = request.form.get(name, "").strip()
    if not value and not required:
        return None
    try:
        number = int(value)
    except ValueError:
        raise Refused(f"{label or '这一项'}要是整数。", field=name, code="not_whole") from None
    if not least <= number <= most:
        raise Refused(f"{label or '这一项'}要在{least}到{most}之间。", field=name, code="out_of_range")
    return number


def money_fen(name: str, label: str = "金额", required: bool = False) -> int | None:
    """An amount typed in yuan, as hundredths of a yuan; a comma may stand between thousands.

    Raises
    ------
    Refused
        No amount, below zero, or more than two decimals.
    """
    return fen_of(request.form.get(name, ""), name, label, required)


def fen_of(value: str, name: str, label: str = "金额", required: bool = False) -> int | None:
    """As `money_fen`, of a text at hand."""
    plain = value.strip().replace(",", "").replace("，", "").removesuffix("元")
    if not plain and not required:
        return None
    try:
        fen = Decimal(plain) * 100
        if not fen.is_finite() or fen != fen.to_integral_value():
            raise ValueError(plain)
    except (InvalidOperation, ValueError):
        raise Refused(f"{label}要写成多少元，例如1860或1860.50。", field=name, code="bad_amount") from None
    if not 0 <= fen <= 10**12:
        raise Refused(f"{label}不能小于零，也不能超过一百亿元。", field=name, code="bad_amount")
    return int(fen)


def version() -> int:
    """The version of the record that the page showed; 0 (which is stale) where none came."""
    value = request.form.get("version", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 0


def problem(field: str, message: str, code: str = "refused") -> FieldProblem:
    """One field's message, to be raised together with others in ``Refused(…, problems=[…])``."""
    return FieldProblem(field, code, message)
