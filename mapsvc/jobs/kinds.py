"""Which kinds of jobs there are, and the function of each."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mapsvc.jobs.report import Report
    from mapsvc.operations.workspace import Workspace

Function = Callable[["Workspace", Mapping[str, object], "Report"], Mapping[str, object] | None]


@dataclass(frozen=True)
class Kind:
    """A kind of job; its name stands in domain/jobs.py.

    Attributes
    ----------
    target : str
        "module:function", imported in the job's own process only: `function(ws, payload, report)` returns the
        result. It may be run again after a crash, so doing it twice must be like doing it once.
    attempts : int
        How often it may be begun; a refusal (MapsvcError) is never tried again.
    """

    target: str
    attempts: int = 3


KINDS: dict[str, Kind] = {
    "import_ledger": Kind("mapsvc.jobs.import_ledger:run"),
    "preview_ledger": Kind("mapsvc.jobs.preview_ledger:run", attempts=1),
    "confirm_ledger": Kind("mapsvc.jobs.confirm_ledger:run"),
    "publish": Kind("mapsvc.jobs.publish:run"),
    "backup": Kind("mapsvc.jobs.backup:run", attempts=1),
    "retention": Kind("mapsvc.jobs.retention:run"),
    "alerts": Kind("mapsvc.jobs.alerts:run"),
    "fit": Kind("mapsvc.jobs.fit:run"),
    "surface": Kind("mapsvc.jobs.surface:run", attempts=1),
}


def register(name: str, kind: Kind) -> None:
    """Add a kind; for programs that bring their own, and for tests."""
    KINDS[name] = kind


def function_of(kind: Kind) -> Function:
    """Import the function of `kind`."""
    module, _, name = kind.target.partition(":")
    function: Function = getattr(importlib.import_module(module), name)
    return function
