"""The sections of a case's page: each noun brings its own part, in this order."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from mapsvc.domain.actors import Actor
from mapsvc.operations.cases import CaseDetail
from mapsvc.operations.workspace import Workspace

log = logging.getLogger("mapsvc")
COLUMNS = ("main", "tasks", "side")
Load = Callable[[Workspace, Actor, CaseDetail], object | None]


@dataclass(frozen=True)
class Section:
    """A part of the page.

    Attributes
    ----------
    id : str
        Names its anchor, and with the default its template ``case/_ID.html``.
    module : str
        Has ``case_section(ws, actor, case) -> object | None``; None: nothing to show and nothing to do. It may have
        ``SAID: dict[str, str]``, sentences shown after ``/cases/ID?done=KEY``.
    template : str
        Gets ``case``, ``part`` (what came), ``form``, ``faults`` and ``open_form``.
    column : {"main", "tasks", "side"}
    """

    id: str
    module: str
    template: str
    column: str = "main"


# In the order of the page. A line is added by whoever owns the noun.
SECTIONS: tuple[Section, ...] = (
    Section("response", "mapsvc.web.responses", "case/_response.html", "main"),
    Section("council", "mapsvc.web.councils", "case/_council.html", "main"),
    Section("effect", "mapsvc.web.effects", "case/_effect.html", "main"),
    Section("playbook", "mapsvc.web.playbooks", "case/_playbook.html", "main"),
    Section("past", "mapsvc.web.past_cases", "case/_past.html", "main"),
    Section("promises", "mapsvc.web.promises", "case/_promises.html", "tasks"),
    Section("tasks", "mapsvc.web.tasks", "case/_tasks.html", "tasks"),
    Section("orders", "mapsvc.web.orders", "case/_orders.html", "tasks"),
    Section("tickets", "mapsvc.web.tickets", "case/_tickets.html", "side"),
    Section("context", "mapsvc.web.context_events", "case/_context.html", "side"),
    Section("same_building", "mapsvc.web.same_building", "case/_same_building.html", "side"),
)


@dataclass(frozen=True)
class Shown:
    """A section with what there is to show."""

    id: str
    template: str
    column: str
    part: object


def load(ws: Workspace, actor: Actor, case: CaseDetail) -> list[Shown]:
    """The sections that have something to show or to do for this reader."""
    shown = []
    for section in SECTIONS:
        part = _loader(section.module)
        found = part(ws, actor, case) if part else None
        if found is not None:
            shown.append(Shown(section.id, section.template, section.column, found))
    return shown


def said(key: str) -> str | None:
    """The sentence of a section for what was just done."""
    for section in SECTIONS:
        module = _module(section.module)
        words: dict[str, str] = getattr(module, "SAID", {}) if module else {}
        if key in words:
            return words[key]
    return None


def _loader(name: str) -> Load | None:
    module = _module(name)
    found: Load | None = getattr(module, "case_section", None)
    return found


@lru_cache(maxsize=64)
def _module(name: str) -> Any:
    if find_spec(name) is None:
        log.warning("%s is not there: its part of the case's page is left out", name)
        return None
    return import_module(name)
