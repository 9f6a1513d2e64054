"""`mapsvc version`, `init`, `demo`, `backup`, `restore`, `check`."""

from pathlib import Path

import click

from mapsvc import __version__
from mapsvc.cli.common import Office, command
from mapsvc.errors import Broken, Refused

FILE = click.Path(path_type=Path, dir_okay=False)


def register(cli: click.Group) -> None:
    """Add the commands about the data folder as a whole."""
    seed = click.option("--seed", type=int, default=1, show_default=True, help="随机种子")
    file = click.argument("file", type=FILE)
    command(cli, "version")(version)
    command(cli, "init")(init)
    command(cli, "demo")(seed(demo))
    command(cli, "backup")(file(backup))
    command(cli, "restore")(file(restore))
    command(cli, "check")(check)


def version(office: Office) -> None:
    """程序的版本。"""
    office.say({"version": __version__}, f"mapsvc {__version__}")


def init(office: Office) -> None:
    """建一个空的数据文件夹。"""
    from mapsvc.operations.policy_samples import settle_policies
    from mapsvc.operations.seeding import settle_patches
    from mapsvc.operations.window_samples import settle_windows

    with office.workspace() as ws:
        folder = ws.folder
        settle_patches(ws)
        settle_policies(ws)
        settle_windows(ws)
    office.say({"data": str(folder)}, f"数据文件夹已就绪：{folder}。下一步：mapsvc user add 名字 --role secretary")


def demo(office: Office, seed: int) -> None:
    """做一份虚构的示例数据；只往空的数据文件夹里做。"""
    folder = office.settings().data
    if not _make_demo(office, seed):
        raise Refused(f"{folder} 里已经有数据，没有动它；要示例数据请用 --data 另给一个文件夹。", code="not_empty")
    office.say({"data": str(folder), "seed": seed}, f"示例数据做好了：{folder}")


def make_demo_if_empty(office: Office) -> None:
    """Make demo data if there is nobody and nothing in the store."""
    _make_demo(office, 1)


def _make_demo(office: Office, seed: int) -> bool:
    from mapsvc.operations.office import is_empty

    with office.workspace() as ws:
        if not is_empty(ws):
            return False
        office.note("正在做示例数据……")
        from mapsvc.demo import make_demo

        make_demo(ws, seed=seed)
    return True


def backup(office: Office, file: Path) -> None:
    """把库、照片、图层和设置备份成一个文件 FILE；不用停服务。"""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations import backup as operations

    with office.existing() as ws:
        made = operations.backup(
            ws, SYSTEM, file, lambda done, total, what: office.progress(int(done), int(total), what)
        )
    result = {"file": str(made.file), "bytes": made.bytes, "photos": made.photos}
    office.say(result, f"已备份到 {made.file}（{made.bytes / 1e6:.1f} MB，照片{made.photos}张）。")


def restore(office: Office, file: Path) -> None:
    """把备份 FILE 恢复到空的数据文件夹。"""
    from mapsvc.operations import backup as operations

    settings = office.settings()
    operations.restore(file, settings)
    office.say({"data": str(settings.data)}, f"已恢复到 {settings.data}。")


def check(office: Office) -> None:
    """检查库是否完整、操作记录有没有被改、照片在不在、图层清单能不能用。"""
    from mapsvc.operations import backup as operations
    from mapsvc.operations.exchange.standing import problems as of_exchange

    with office.existing() as ws:
        problems = [*operations.check(ws).problems, *_layer_problems(office), *of_exchange(ws)]
    if problems:
        told = "\n".join([f"检查发现{len(problems)}个问题：", *problems])
        raise Broken(told, code="damaged", extra={"ok": False, "problems": problems})
    office.say({"ok": True, "problems": []}, "检查过了，没有发现问题。")


def _layer_problems(office: Office) -> list[str]:
    from mapsvc.maps.catalog import load_catalog
    from mapsvc.paths import shipped

    catalog = load_catalog(shipped("layers"), office.settings().layers)
    return [f"图层清单 {problem.file}:{problem.message}" for problem in catalog.problems]
