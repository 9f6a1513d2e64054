"""`mapsvc backtest`: what the ranking would have been worth on a file of reports."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapsvc.cli.common import Office, command

if TYPE_CHECKING:
    from mapsvc.analysis.backtest import Backtest

DAY = click.DateTime(formats=["%Y-%m-%d"])
FILE = click.Path(path_type=Path, dir_okay=False)
_OPTIONS = (
    click.option("--seed", type=int, default=1, show_default=True, help="随机种子"),
    click.option("--keep-placeholders", "keeps_placeholders", is_flag=True, help="不是真地点的坐标上堆着的也算"),
    click.option("--from", "since", type=DAY, help="第一期的第一天，默认取最后六期"),
    click.option("--crs", metavar="EPSG:N", help="用这个以米计的平面坐标系，默认以数据正中为准"),
    click.option("--study-area", type=FILE, help="区域：有经纬度的 csv，它落到的格子才算"),
    click.option("--cell-m", type=float, default=150.0, show_default=True, help="格子边长（米）"),
    click.option("--group", help="只看这一类，默认各类合在一起"),
    click.argument("file", type=FILE),
)


def register(cli: click.Group) -> None:
    """Add the command."""
    function = backtest
    for option in _OPTIONS:
        function = option(function)
    command(cli, "backtest")(function)


def backtest(
    office: Office, file: Path, group: str | None, cell_m: float, study_area: Path | None, crs: str | None,
    since: datetime | None, keeps_placeholders: bool, seed: int,
) -> None:  # fmt: skip
    """用过去的记录检验巡查优先级：FILE 要有时间、纬度、经度三列，最好有类别。"""
    from mapsvc.operations.backtests import FileQuery, run_file

    query = FileQuery(
        file, group, cell_m, study_area, crs, since.date() if since else None, seed, keeps_placeholders
    )  # fmt: skip
    done = run_file(query, office.progress)
    for note in done.notes:
        office.note(note)
    tests = done.to_json()["window"]["tests"]
    head = (
        f"{file.name}{f' {group}' if group else ''}：{done.raw.n_cells}格，{len(tests)}期各{done.raw.window}天，"
        f"从{tests[0]}起，共{done.raw.n}件（合并重复后{done.episodes.n}起）。"
    )
    tables = [_table("每件都算", done.raw), _table("合并重复后", done.episodes)]
    office.say(done.to_json(), "\n\n".join([head, _sentence(done.raw), *tables]))


def _sentence(tested: "Backtest") -> str:
    from mapsvc.domain.backtests import sentence

    ours = tested.methods[0].areas[1]
    return sentence(ours.share, ours.hit_rate, "格子")


def _table(title: str, tested: "Backtest") -> str:
    from mapsvc.domain.backtests import METHOD_NAMES, percent

    lines = [f"{title}（PAI：比随便走好几倍；PEI*：占能做到的最好的几成；命中：碰上的比例，方括号是95%区间）"]
    for method in tested.methods:
        told = [
            f"{percent(a.share)} PAI {a.pai:.1f}[{a.pai_low:.1f}–{a.pai_high:.1f}] PEI* {a.pei:.2f} "
            f"命中 {a.hit_rate:.1%}[{a.hit_low:.1%}–{a.hit_high:.1%}]"
            for a in method.areas
        ]
        told_how = "" if method.behind is None or method.name == "perfect" else f"（{method.parameter}）"
        lines.append(f"  {METHOD_NAMES[method.name]}{told_how}：" + "；".join(told))
    return "\n".join(lines)
