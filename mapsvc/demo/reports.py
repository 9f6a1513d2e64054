"""Friday's papers: last week's report as it was frozen that Friday, this week's draft with a sentence of its own."""

from dataclasses import replace
from datetime import datetime, timedelta

from mapsvc.domain.accounts import Account
from mapsvc.domain.periods import week_of
from mapsvc.domain.times import day_start, office_day
from mapsvc.maps import report_pages
from mapsvc.maps.picture_fonts import is_shipped
from mapsvc.operations.reports import Change, freeze_report, key_of, save_report
from mapsvc.operations.workspace import Workspace

_FRIDAY = timedelta(days=4, hours=16, minutes=40)
_SAID = "下周三下午在兰凤居委会碰头，看看橙子公寓那个角落还会不会再脏。"


def write_reports(ws: Workspace, secretary: Account) -> None:
    """Write both; without the font of pictures (nothing is set up yet) the frozen one is left out."""
    this = week_of(office_day(ws.clock()))
    last = this.before
    actor, friday = secretary.actor, day_start(last.first) + _FRIDAY
    then = _at(ws, friday)
    if is_shipped():
        kept = save_report(then, actor, key_of(last), 0, Change({}, {}))
        freeze_report(then, actor, kept.id, kept.version, lambda draft: report_pages.freeze(then, actor, draft))
    save_report(ws, actor, key_of(this), 0, Change({"extra": _SAID}, {}))


def _at(ws: Workspace, at: datetime) -> Workspace:
    return replace(ws, clock=lambda: at)
