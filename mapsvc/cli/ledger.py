"""`mapsvc import …` and `mapsvc export …`."""

from pathlib import Path

import click

from mapsvc.cli.common import Office, command

FILE = click.Path(path_type=Path, dir_okay=False)
_MOST_PROBLEMS_SAID = 20


def register(cli: click.Group) -> None:
    """Add the commands that read and write workbooks and layers."""
    cli.add_command(import_)
    cli.add_command(export)


@click.group("import")
def import_() -> None:
    """导入：台账、街道、片区、图层。"""


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

    with office.workspace() as ws:
        report = imports.import_ledger(ws, SYSTEM, file, datum=datum, dry_run=dry_run, progress=office.progress)
    lines = ["这次只是预演，没有写入。"] if dry_run else []
    for name, counts in report.sheets.items():
        c = counts.as_json()
        lines.append(
            f"{name}：读到{c['read']}，新增{c['added']}，更新{c['updated']}，没变{c['unchanged']}，"
            f"未导入{c['rejected']}，冲突{c['conflicts']}"
        )
    for problem in report.problems[:_MOST_PROBLEMS_SAID]:
        row = f" 第{problem.row}行" if problem.row else ""
        office.note(f"{problem.sheet}{row} {problem.column or ''}：{problem.message}")
    if report.problem_count > _MOST_PROBLEMS_SAID:
        office.note(f"……共{report.problem_count}条，全部见 --json 或网页上的导入页。")
    office.say(report.as_json(), "\n".join(lines))
