"""A playbook as a form: fields per step named ``steps.3.text``, read into what the operations take."""

from dataclasses import dataclass
from typing import Any

from flask import request

from mapsvc.domain.clock import DAY_MIN, Limit, LimitCalendar
from mapsvc.domain.kinds import KINDS
from mapsvc.domain.playbook_files import content_from
from mapsvc.domain.playbooks import MAKES_NAMES, PHASE_NAMES, REPEAT_NAMES, Content, Step
from mapsvc.domain.tasks import TASK_ROLE_NAMES
from mapsvc.errors import Refused
from mapsvc.web import forms

# What a limit is written in: minutes of one, and the calendar.
UNITS: dict[str, tuple[str, int, LimitCalendar]] = {
    "minutes": ("分钟", 1, LimitCalendar.CLOCK),
    "hours": ("小时", 60, LimitCalendar.CLOCK),
    "days": ("天", 1440, LimitCalendar.CLOCK),
    "working_hours": ("工作时", 60, LimitCalendar.WORKING_HOURS),
    "working_days": ("工作日", DAY_MIN, LimitCalendar.WORKING_DAYS),
}
OPTIONS: dict[str, list[tuple[str, str]]] = {
    "phases": [(o.value, name) for o, name in PHASE_NAMES.items()],
    "roles": [(o.value, name) for o, name in TASK_ROLE_NAMES.items()],
    "repeats": [(o.value, name) for o, name in REPEAT_NAMES.items()],
    "makes": [(o.value, name) for o, name in MAKES_NAMES.items()],
    "units": [(unit, told[0]) for unit, told in UNITS.items()],
    "kinds": [(kind.code, kind.short_name) for kind in KINDS],
}
_FIELDS = ("phase", "text", "role", "limit", "unit", "repeats", "makes", "words")
_MOST_STEPS = 60


@dataclass(frozen=True)
class StepForm:
    """A step as its fields show it; `values` are texts by field."""

    number: int
    values: dict[str, str]
    is_new: bool = False


def step_forms(content: Content | None, form: forms.Form | None) -> list[StepForm]:
    """The steps as typed, else as they stand, with one empty one at the end."""
    if form is not None:
        found = [StepForm(n, values) for n, values in enumerate(_typed_steps(), start=1)]
    else:
        found = [StepForm(n, values_of(s)) for n, s in enumerate(content.steps if content else (), start=1)]
    return [*found, StepForm(len(found) + 1, _EMPTY, True)]


def values_of(step: Step) -> dict[str, str]:
    """A step's fields as texts."""
    number, unit = _written(step.limit)
    return {
        "phase": step.phase.value,
        "text": step.text,
        "role": step.role.value,
        "limit": number,
        "unit": unit,
        "repeats": step.repeats.value,
        "makes": step.makes.value,
        "words": step.words,
    }


def read_content(code: str) -> Content:
    """What the form says.

    Raises
    ------
    Refused
        Steps and fields, named as in the form.
    """
    steps = []
    for n, values in enumerate(_typed_steps(), start=1):
        told: dict[str, Any] = {name: values[name] for name in ("phase", "text", "role", "repeats", "makes", "words")}
        minutes, calendar = _minutes(values["limit"], values["unit"], n)
        steps.append(told | ({"limit_min": minutes, "calendar": calendar} if minutes is not None else {}))
    return content_from(
        {
            "id": code,
            "name": forms.text("name", "名称"),
            "note": forms.text("note", "说明"),
            "kinds": [k for k in forms.many("kinds") if k],
            "steps": steps,
        }
    )


_EMPTY = {
    "phase": "immediate",
    "text": "",
    "role": "worker",
    "limit": "",
    "unit": "hours",
    "repeats": "once",
    "makes": "task",
    "words": "",
}


def _typed_steps() -> list[dict[str, str]]:
    """Steps that were typed, in the order wished for; empty and dropped ones are left out."""
    found = []
    for n in range(1, _MOST_STEPS + 1):
        if f"steps.{n}.text" not in request.form or request.form.get(f"steps.{n}.drop"):
            continue
        values = {name: request.form.get(f"steps.{n}.{name}", "").strip() for name in _FIELDS}
        if not values["text"] and request.form.get(f"steps.{n}.new"):
            continue
        place = request.form.get(f"steps.{n}.place", "")
        found.append((int(place) if place.isascii() and place.isdigit() else n, n, values))
    return [values for _, _, values in sorted(found, key=lambda f: f[:2])]


def _minutes(number: str, unit: str, n: int) -> tuple[int | None, str]:
    if not number:
        return None, LimitCalendar.CLOCK.value
    _, each, calendar = UNITS.get(unit, UNITS["hours"])
    try:
        value = float(number.replace("，", ".").replace(",", "."))
        if not 0 < value < 1_000_000:
            raise ValueError(number)
    except ValueError:
        raise Refused(f"第{n}步的时限要写成数，例如2。", field=f"steps.{n}.limit", code="not_a_number") from None
    return max(round(value * each), 1), calendar.value


def _written(limit: Limit) -> tuple[str, str]:
    if limit.minutes is None:
        return "", "hours"
    fitting = [(u, each) for u, (_, each, calendar) in UNITS.items() if calendar is limit.calendar]
    unit, each = next(((u, e) for u, e in reversed(fitting) if limit.minutes % e == 0), fitting[0])
    return f"{limit.minutes / each:g}", unit
