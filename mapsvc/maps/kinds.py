"""How each kind of issue looks: shape and colours from `layers/styles/issue_kinds.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mapsvc.domain.kinds import KINDS, Kind, kind_of
from mapsvc.errors import Broken

SHAPES = ("drop", "square", "triangle", "circle", "diamond", "hexagon", "pentagon", "star", "cross")
_FILE = Path("styles") / "issue_kinds.toml"


@dataclass(frozen=True)
class KindStyle:
    """A mark: `edge` outlines a fill that alone stands under 3:1 against white."""

    shape: str
    color: str
    color_dark: str
    edge: str | None = None


@dataclass(frozen=True)
class KindStyles:
    """Marks by code, and the one for codes that are not listed."""

    by_code: Mapping[str, KindStyle]
    fallback: KindStyle

    @classmethod
    def load(cls, folders: tuple[Path | None, ...]) -> "KindStyles":
        """Read the file of the first folder that has one: the office's own before the shipped one.

        Raises
        ------
        Broken
            There is none, or it names a shape or hue that there is not.
        """
        for folder in folders:
            file = folder / _FILE if folder else None
            if file is not None and file.is_file():
                return _read(file)
        raise Broken(f"缺少 {_FILE}，请重新安装。")

    def of(self, code: str) -> KindStyle:
        """The mark of a kind, known or not."""
        return self.by_code.get(code, self.fallback)

    def describe(self, open_counts: Mapping[str, int]) -> list[dict[str, Any]]:
        """All kinds as the API gives them, with the number open; an office's own codes come last."""
        extra = [kind_of(code) for code in sorted(open_counts) if code not in {kind.code for kind in KINDS}]
        return [self._one(kind, open_counts.get(kind.code, 0)) for kind in (*KINDS, *extra)]

    def _one(self, kind: Kind, count: int) -> dict[str, Any]:
        style = self.of(kind.code)
        return {
            "code": kind.code,
            "name": kind.name,
            "short_name": kind.short_name,
            "family": kind.family,
            "shape": style.shape,
            "color": style.color,
            "color_dark": style.color_dark,
            "edge": style.edge,
            "open": count,
        }


def _read(file: Path) -> KindStyles:
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
        hues = raw["hues"]
        return KindStyles(
            {code: _style(row, hues) for code, row in raw["kinds"].items()}, _style(raw["fallback"], hues)
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Broken(f"问题种类的图例 {file.name} 坏了（{error}），请改正或删掉本单位的那一份。") from error


def _style(row: Mapping[str, str], hues: Mapping[str, Mapping[str, str]]) -> KindStyle:
    if row["shape"] not in SHAPES:
        raise ValueError(f"shape {row['shape']}")
    hue = hues[row["hue"]]
    return KindStyle(row["shape"], hue["color"], hue["color_dark"], hue.get("edge"))
