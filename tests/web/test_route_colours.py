"""A route has the same colours on the map, in its list and on paper."""

import re
import tomllib

from mapsvc.paths import shipped


def test_the_colours_of_the_map_are_those_of_list_and_paper() -> None:
    style = tomllib.loads((shipped("layers") / "patrol.toml").read_text(encoding="utf-8"))["style"]
    css = (shipped("static") / "app/patrol/routes.css").read_text(encoding="utf-8")
    rules = re.findall(r"\.c(\d) \{ --route: (#\w+); --route-ink: (#\w+); \}", css)
    told = list(zip(map(str, range(6)), style["colors"], style["text_colors"], strict=True))
    assert rules == told
