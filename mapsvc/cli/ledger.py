"""`mapsvc import …` and `mapsvc export …`."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapsvc.cli.common import Office, command

if TYPE_CHECKING:
    from mapsvc.domain.ledger import ImportReport

FILE = click.Path(path_type=Path, dir_okay=False)
DAY = click.DateTime(formats=["%Y-%m-%d"])
_MOST_PROBLEMS_SAID = 20


def register(cli: click.Group) -> None:
    """Add the commands that read and write workbooks and layers."""
    cli.add_command(import_)
    cli.add_command(export)


@click.group("import")
def import_() -> None:
    """导入：台账、12345工单、雨量、手机文件、街道、片区、图层。"""


@click.group()
def export() -> None:
    """导出：台账、图层。"""


@command(import_, "ledger")
@click.argument("file", type=FILE)
@click.option("--datum", default="auto", show_default=True, help="坐标系：auto、wgs84、gcj02、bd09 或 +proj=…")
@click.option("--dry-run", is_flag=True, help="只看会改什么，不写入")
def import_ledger(office: Office, file: Path, datum: str, dry_run: bool) -> None:
    """导入工作簿 FILE.xlsx；再导一次，什么都不变。"""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations import imports
    from mapsvc.operations.seeding import settle_patches

    with office.workspace() as ws:
        report = imports.import_ledger(ws, SYSTEM, file, datum=datum, dry_run=dry_run, progress=office.progress)
        if not dry_run:
            settle_patches(ws)
    _tell(office, report, dry_run)


@command(import_, "tickets")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="只看会改什么，不写入")
def import_tickets(office: Office, file: Path, dry_run: bool) -> None:
    """导入12345工单 FILE.xlsx；再导一次，什么都不变。"""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations import ticket_import

    with office.workspace() as ws:
        report = ticket_import.import_tickets(ws, SYSTEM, file, dry_run=dry_run, progress=office.progress)
    _tell(office, report, dry_run)


@command(import_, "rainfall")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="只看会改什么，不写入")
def import_rainfall(office: Office, file: Path, dry_run: bool) -> None:
    """导入每天的雨量 FILE.csv（日期,雨量mm[,站点]）；再导一次，什么都不变。"""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations import rainfall

    with office.workspace() as ws:
        report = rainfall.import_rainfall(ws, SYSTEM, file.read_bytes(), dry_run=dry_run)
    _tell(office, report, dry_run)


def _tell(office: Office, report: "ImportReport", dry_run: bool) -> None:
    lines = ["这次只是预演，没有写入。"] if dry_run else []
    for name, counts in report.sheets.items():
        c = counts.as_json()
        lines.append(
            f"{name}：读到{c['read']}，新增{c['added']}，更新{c['updated']}，没变{c['unchanged']}，"
            f"未导入{c['rejected']}，冲突{c['conflicts']}"
        )
    for problem in report.problems[:_MOST_PROBLEMS_SAID]:
        where = [problem.sheet, f"第{problem.row}行" if problem.row else "", problem.column or ""]
        office.note(f"{' '.join(filter(None, where))}：{problem.message}")
    if report.problem_count > _MOST_PROBLEMS_SAID:
        office.note(f"……共{report.problem_count}条，全部见 --json 或网页上的导入页。")
    office.say(report.as_json(), "\n".join(lines))


@command(import_, "field")
@click.argument("file", type=FILE)
def import_field(office: Office, file: Path) -> None:
    """导入手机传不上来时导出的文件 FILE；再导一次，什么都不变。"""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations.field_files import RESULT_NAMES, Result, import_field_file
    from mapsvc.web.admin_field import as_json
    from mapsvc.web.field_file import read_field_file

    with office.existing() as ws:
        report = import_field_file(ws, SYSTEM, read_field_file(file.read_bytes()))
    for line in report.lines:
        if line.reason:
            office.note(f"{line.what}：{RESULT_NAMES[line.result]}。{line.reason}")
    told = "，".join(f"{RESULT_NAMES[result]}{report.counts[result.value]}条" for result in Result)
    office.say(as_json(report), f"“{report.person}”的记录：{told}。")


@command(import_, "patches")
@click.argument("file", type=FILE)
@click.option("--from", "from_day", type=DAY, required=True, help="从哪天起算，如 2026-12-01")
@click.option("--datum", help="坐标系，默认按文件里写的")
def import_patches(office: Office, file: Path, from_day: datetime, datum: str | None) -> None:
    """导入一版责任片区；有重叠或空隙就说出在哪里，什么都不写。"""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations import patches

    with office.workspace() as ws:
        made = patches.import_patches(ws, SYSTEM, file, from_day.date(), datum)
    for name in made.unknown_workers:
        office.note(f"不认识“{name}”，这一片暂时没有人；请先加账号或在台账里写上。")
    day = made.version.valid_from.isoformat()
    result = {"from": day, "patches": made.count, "reassigned": made.reassigned, "unknown": list(made.unknown_workers)}
    office.say(result, f"导入了{made.count}个片区，从{day}起算；{made.reassigned}户换了包联人。")


@command(import_, "streets")
@click.argument("file", type=FILE)
@click.option("--datum", help="坐标系，默认按文件里写的")
def import_streets(office: Office, file: Path, datum: str | None) -> None:
    """导入街道中心线到本单位的图层文件夹（MAPSVC_LAYERS）；也收 .osm、.osm.pbf。"""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations import site_layers

    with office.workspace() as ws:
        count = site_layers.import_streets(ws, SYSTEM, file, datum)
    office.say({"streets": count}, f"导入了{count}条街道；走路用的路网马上按新的算，地图重启服务后生效。")


@command(import_, "layer")
@click.argument("file", type=FILE)
@click.option("--id", "layer_id", default="", help="图层的代号（字母、数字、下划线），默认用文件名")
@click.option("--title", default="", help="图层的名称，默认用文件名")
@click.option("--datum", help="坐标系，默认按文件里写的")
def import_layer(office: Office, file: Path, layer_id: str, title: str, datum: str | None) -> None:
    """把一个图层文件加到地图上（本单位的图层文件夹，MAPSVC_LAYERS）。"""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations import site_layers

    with office.workspace() as ws:
        made = site_layers.import_layer(ws, SYSTEM, file, layer_id, title, datum)
    result = {"id": made.id, "title": made.title, "features": made.count, "manifest": str(made.manifest)}
    office.say(result, f"图层“{made.title}”已放好（{made.count}个图形）；样式在 {made.manifest} 里改，重启服务后生效。")


@command(export, "ledger")
@click.argument("file", type=FILE)
@click.option("--datum", default="wgs84", show_default=True, help="坐标系")
@click.option("--reason", help="要完整的姓名和号码时写明原因，会留下操作记录")
def export_ledger(office: Office, file: Path, datum: str, reason: str | None) -> None:
    """导出工作簿 FILE.xlsx：改好再导回来，只有改过的会变。"""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations import exports

    with office.existing() as ws:
        done = exports.export_ledger(ws, SYSTEM, file, reason=reason, datum=datum)
    told = "，".join(f"{name}{n}行" for name, n in done.rows.items())
    result = {"file": str(file), "rows": done.rows, "masked": done.is_masked}
    office.say(result, f"已导出到 {file}：{told}。" + ("姓名和号码已遮住。" if done.is_masked else ""))


@command(export, "layer")
@click.argument("layer")
@click.argument("file", type=FILE)
@click.option("--datum", default="wgs84", show_default=True, help="坐标系")
def export_layer(office: Office, layer: str, file: Path, datum: str) -> None:
    """导出图层 LAYER 到 FILE（.geojson .gpkg .shp .kml .gpx .xlsx .csv）。"""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.maps.files import write_layer

    with office.existing() as ws:
        count = write_layer(ws, SYSTEM, layer, file, datum)
    office.say({"file": str(file), "layer": layer, "features": count}, f"已导出到 {file}：{count}个。")
