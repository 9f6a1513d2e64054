"""`mapsvc init`, `demo`, `version`, `backup`, `restore`, `check`."""

import click

from mapsvc import __version__
from mapsvc.cli.common import Office, command
from mapsvc.errors import MapsvcError


def register(cli: click.Group) -> None:
    """Add the commands about the data folder as a whole."""
    command(cli, "version")(version)
    command(cli, "init")(init)
    command(cli, "demo")(click.option("--seed", type=int, default=1, show_default=True, help="随机种子")(demo))


def version(office: Office) -> None:
    """程序的版本。"""
    office.say({"version": __version__}, f"mapsvc {__version__}")


def init(office: Office) -> None:
    """建一个空的数据文件夹。"""
    with office.workspace() as ws:
        folder = ws.folder
    office.say({"data": str(folder)}, f"数据文件夹已就绪:{folder}。下一步:mapsvc user add 名字 --role secretary")


def demo(office: Office, seed: int) -> None:
    """做一份虚构的示例数据;只往空的数据文件夹里做。"""
    if not _make_demo(office, seed):
        raise MapsvcError(f"{office.settings().data} 里已经有数据,没有动它;要示例数据请用 --data 另给一个文件夹。")
    office.say({"data": str(office.settings().data), "seed": seed}, f"示例数据做好了:{office.settings().data}")


def make_demo_if_empty(office: Office) -> None:
    """Make demo data unless there is an account in the store already."""
    _make_demo(office, 1)


def _make_demo(office: Office, seed: int) -> bool:
    from mapsvc.operations.office import is_empty

    with office.workspace() as ws:
        if not is_empty(ws):
            return False
        office.note("没有数据,正在做示例数据……")
        from mapsvc.demo import make_demo

        make_demo(ws, seed=seed)
    return True
