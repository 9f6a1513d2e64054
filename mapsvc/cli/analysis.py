"""`mapsvc hotspots`, `alerts`, `plan` and `publish`."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapsvc.cli.common import Office, command
from mapsvc.errors import Usage

if TYPE_CHECKING:
    from mapsvc.domain.patrol import Shift

DAY = click.DateTime(formats=["%Y-%m-%d"])


def register(cli: click.Group) -> None:
    """Add the commands that compute something from what is in the store."""
    for name, function in (("hotspots", hotspots), ("alerts", alerts), ("plan", plan), ("publish", publish)):
        for option in _OPTIONS[name]:
            function = option(function)
        command(cli, name)(function)


_OPTIONS = {
    "hotspots": (
        click.option("--seed", type=int, default=1, show_default=True, help="随机种子"),
        click.option("--cells", default="street:25", show_default=True, help="street:25、square:75、hex:75、patches"),
        click.option("--until", type=DAY, help="时间窗的最后一天，默认今天"),
        click.option("--days", default="auto", show_default=True, help="时间窗的天数；auto 取够用的最短的"),
        click.option("--kind", help="问题类别的代码或名称，默认全部"),
    ),
    "alerts": (
        click.option("--seed", type=int, default=1, show_default=True, help="随机种子"),
        click.option("--until", type=DAY, help="查到哪一天，默认昨天（最近的一整天）"),
    ),
    "plan": (
        click.option("--week", is_flag=True, help="从这一天起排七天，每天一份草稿"),
        click.option("--gpx", type=click.Path(path_type=Path, dir_okay=False), help="另存 GPX 文件"),
        click.option("--seed", type=int, default=1, show_default=True, help="随机种子"),
        click.option("--minutes", type=int, default=120, show_default=True, help="时长（分钟）"),
        click.option("--workers", required=True, metavar="A,B", help="谁去走，逗号分开"),
        click.option("--shift", type=click.Choice(["morning", "day", "evening"]), required=True, help="班次"),
        click.option("--date", "day", type=DAY, required=True, help="日期，如 2026-11-23"),
    ),
    "publish": (click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False),),
}


def hotspots(office: Office, kind: str | None, days: str, until: datetime | None, cells: str, seed: int) -> None:
    """问题分布：每一段和平时比多不多。"""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.domain.times import office_day
    from mapsvc.operations import hotspots as operations

    with office.existing() as ws:
        last: date = until.date() if until else office_day(ws.clock())
        query = operations.HotspotQuery(last, kind, _day_count(days), cells, seed)
        found = operations.hotspot_map(ws, SYSTEM, query)
    more = [cell for cell in found.cells if cell.spot.verdict.says_more]
    lines = [found.sentence, *(f"{cell.shape.label}\t{cell.spot.text}" for cell in more)]
    office.say(found.to_json(), "\n".join(lines))


def alerts(office: Office, until: datetime | None, seed: int) -> None:
    """早发现：按那一天知道的查一遍有没有要提醒的；只看，不写进收件箱。"""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations import alerts as operations
    from mapsvc.operations.alert_plans import as_json

    with office.existing() as ws:
        last = until.date() if until else operations.last_whole_day(ws.clock())
        made = operations.preview(ws, SYSTEM, last, seed)
    told = as_json(made, last)
    lines = [f"{one['title']}\t{one['text']}" for one in told["alerts"]]
    head = f"查到{last.month}月{last.day}日：查了{made.tested}项，{made.found}条够明显，提醒{len(made.shown)}条。"
    office.say(told, "\n".join([head, *lines]))


def _day_count(days: str) -> int | None:
    if days == "auto":
        return None
    if not days.isdecimal():
        raise Usage(f"--days 要是天数或 auto，不能是“{days}”。", field="days")
    return int(days)


def plan(
    office: Office, day: datetime, shift: str, workers: str, minutes: int, seed: int, gpx: Path | None, week: bool
) -> None:
    """排一班巡查：谁走哪里、为什么、大约几点；加 --week 排一周。"""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.domain.patrol import PlanRequest, Shift
    from mapsvc.operations import plans

    names = tuple(name.strip() for name in workers.replace("\uff0c", ",").split(",") if name.strip())
    if week:
        if gpx:
            raise Usage("--week 一次排七天，不能同时写一个 GPX 文件。", field="gpx")
        _plan_week(office, day.date(), Shift(shift), names, minutes, seed)
        return
    with office.existing() as ws:
        made = plans.make_plan(ws, SYSTEM, PlanRequest(day.date(), Shift(shift), names, minutes, seed=seed))
    if gpx:
        from mapsvc.patrol.exports import to_gpx

        gpx.write_bytes(to_gpx(made))
    lines = []
    for route in made.routes:
        lines.append(f"{route.worker}：{len(route.stops)}站")
        lines += [f"  {stop.order}. {stop.about} {stop.label}" for stop in route.stops]
    office.say(made.to_json(), "\n".join([*lines, f"没排进去的：{len(made.skipped)}处"]))


def _plan_week(office: Office, first: date, shift: "Shift", names: tuple[str, ...], minutes: int, seed: int) -> None:
    """A draft for each of seven days."""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations.week_plans import MOST_DAYS, WeekRequest, make_week

    days = tuple(first + timedelta(days=n) for n in range(MOST_DAYS))
    with office.existing() as ws:
        made = make_week(ws, SYSTEM, WeekRequest(days, shift, names, minutes, seed=seed))
    lines = [f"{plan.day:%Y-%m-%d}：{len(plan.routes)}人{plan.totals['stops']}站" for plan in made.plans]
    office.say(made.to_json(), "\n".join([*lines, made.text]))


def publish(office: Office, file: Path | None) -> None:
    """写一份遮好姓名电话、带样式的 QGIS 副本，默认 view.gpkg。"""
    from mapsvc.maps.publish import publish as write

    with office.existing() as ws:
        done = write(ws, file)
    told = "、".join(f"{name}{n}" for name, n in done.counts.items())
    office.say({"file": str(done.file), "layers": done.counts}, f"已写好 {done.file}:{told}。")
