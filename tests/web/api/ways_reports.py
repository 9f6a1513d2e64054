"""How the routes of figures, reports and feeds are asked well, and the leave they need."""

from typing import Any

from mapsvc.domain.permissions import Action
from tests.support.street import uid

_WEEK = "/reports/2026-11-23_2026-11-29"
_LIST = "/figures/list?rate=on_time&from=2026-11-01&until=2026-11-30"
_WRITE = Action.WRITE_REPORT

# leave, address, json, form; drafts are for those who write them
WAYS: dict[str, tuple[Action | None, str, Any, Any]] = {
    "figures.index": (Action.SEE_FIGURES, "/figures", None, None),
    "figures.behind": (Action.SEE_FIGURES, _LIST, None, None),
    "api_figures.index": (Action.SEE_FIGURES, "/api/v1/figures?per=patch", None, None),
    "reports.index": (Action.SEE_FIGURES, "/reports", None, None),
    "reports.weekly": (_WRITE, "/reports/weekly", None, None),
    "reports.monthly": (_WRITE, "/reports/monthly", None, None),
    "reports.new": (_WRITE, "/reports/new?from=2026-11-23&until=2026-11-24", None, None),
    "reports.show": (_WRITE, _WEEK, None, None),
    "reports.save": (_WRITE, _WEEK, None, {"version": "9"}),
    "reports.take_back": (Action.WITHDRAW, f"/reports/{uid('nobody’s')}/take-back", None, {"reason": "错了"}),
    "reports.paper": (_WRITE, f"{_WEEK}/print", None, None),
    "reports.screen": (_WRITE, f"{_WEEK}/screen", None, None),
    "reports.docx": (_WRITE, f"{_WEEK}/report.docx", None, None),
    "reports.behind": (_WRITE, f"{_WEEK}/list?of=issues", None, None),
    "reports.late": (_WRITE, f"{_WEEK}/late", None, None),
    "feeds.make": (None, "/me/feed", None, {}),
    "feeds.revoke": (None, "/me/feed/revoke", None, {}),
}
