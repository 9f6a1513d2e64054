"""How the pages and files of hot spots are asked well, and the leave each needs."""

from typing import Any

from mapsvc.domain.permissions import Action

Told = tuple[Action | None, str, Any, Any]
WAYS: dict[str, Told] = {
    "hotspots.index": (Action.SEE_MAP, "/hotspots", None, None),
    "hotspots.show": (Action.SEE_MAP, "/hotspots/cells/none", None, None),
    "hotspots.watch": (Action.EDIT_CONTEXT, "/hotspots/cells/none/watch", None, {}),
    "hotspots.picture": (Action.SEE_MAP, "/hotspots/picture.svg", None, None),
    "hotspots.screen": (Action.SEE_MAP, "/hotspots/screen", None, None),
    "hotspot_files.png": (Action.SEE_MAP, "/hotspots.png", None, None),
    "hotspot_files.xlsx": (Action.EXPORT, "/hotspots.xlsx", None, None),
    "hotspot_files.geojson": (Action.EXPORT, "/hotspots.geojson", None, None),
    "changes.index": (Action.SEE_MAP, "/hotspots/changes", None, None),
    "backtests.index": (Action.RUN_BACKTEST, "/hotspots/backtest", None, None),
    "backtests.again": (Action.RUN_BACKTEST, "/hotspots/backtest", None, {}),
}
