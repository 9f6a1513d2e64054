"""`mapsvc surface`: letters between the office and its public surface, over the network or carried as files."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapsvc.cli.common import Office, command
from mapsvc.errors import Usage

if TYPE_CHECKING:
    from mapsvc.operations.surface.space import Space

FILE = click.Path(path_type=Path, dir_okay=False)


def register(cli: click.Group) -> None:
    """Add the group."""

    @cli.group("surface")
    def surface() -> None:
        """公网页面：两边交换，店家说的拿进来，答复送出去。"""

    command(surface, "key")(key)
    command(surface, "pull")(pull)
    command(surface, "status")(status)
    command(surface, "out")(click.argument("file", type=FILE, metavar="FILE")(out))
    command(surface, "in")(click.argument("file", type=FILE, metavar="FILE")(take))


def key(office: Office) -> None:
    """生成一把新的交换钥匙，两边都设成 MAPSVC_SURFACE_KEY。"""
    from mapsvc.operations.exchange.keys import new_key

    made = new_key()
    office.say({"key": made}, made)


def pull(office: Office) -> None:
    """在办公室这边：和公网页面交换一次，直到没有剩下的。"""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations.exchange.pull import pull as run

    _require_inside(office)
    with office.existing() as ws:
        done = run(ws, SYSTEM)
    office.say({"said": done.said, "letters": done.letters}, f"交换好了，拿进来{done.said}条。")


def out(office: Office, file: Path) -> None:
    """写一封信到文件，拿到另一边去收（在哪边运行就写哪边的）。"""
    if _is_outside(office):
        from mapsvc.operations.surface.post import write_file

        with _space(office) as space:
            raw = write_file(space)
        where = "办公室"
    else:
        from mapsvc.domain.actors import SYSTEM
        from mapsvc.operations.exchange.rounds import write_file as write_inside

        with office.existing() as ws:
            raw = write_inside(ws, SYSTEM)
        where = "公网页面那台电脑"
    _put(file, raw)
    office.say(
        {"file": str(file), "bytes": len(raw)}, f"写好了：{file}。拿到{where}上运行 mapsvc surface in {file.name}。"
    )


def take(office: Office, file: Path) -> None:
    """收另一边写的信。"""
    raw = _content(file)
    if _is_outside(office):
        from mapsvc.operations.surface.post import take_file

        with _space(office) as space:
            letter = take_file(space, raw)
        cards = len(letter.layout.cards) if letter.layout else 0
        office.say({"cards": cards}, f"收好了，现在有{cards}张卡的页面。")
    else:
        from mapsvc.domain.actors import SYSTEM
        from mapsvc.operations.exchange.rounds import take_file as take_inside

        with office.existing() as ws:
            said = take_inside(ws, SYSTEM, raw)
        office.say({"said": said}, f"收好了，拿进来{said}条。")


def status(office: Office) -> None:
    """上次什么时候交换成的，还有多少没取。"""
    if _is_outside(office):
        from mapsvc.domain.responses import moment_text
        from mapsvc.domain.times import parse_iso
        from mapsvc.operations.surface.post import status as outside

        with _space(office) as space:
            told = outside(space)
        last = moment_text(parse_iso(told["last_letter_at"])) if told["last_letter_at"] else "还没有收到过"
        office.say(
            {"side": "outside", **told},
            f"公网页面：{told['cards']}张卡，{told['waiting']}条等办公室取走，上次收到办公室的信：{last}。",
        )
        return
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations.exchange.standing import standing_of

    with office.existing() as ws:
        stands = standing_of(ws, SYSTEM)
    office.say({"side": "inside", **stands.facts}, stands.words)


def _is_outside(office: Office) -> bool:
    settings = office.settings()
    return not settings.database and (settings.data / "surface.sqlite").exists()


def _require_inside(office: Office) -> None:
    if _is_outside(office):
        raise Usage("这里是公网页面这边，交换由办公室那边发起：请在办公室的电脑上运行 mapsvc surface pull。")


@contextmanager
def _space(office: Office) -> "Iterator[Space]":
    from mapsvc.operations.surface.space import Space

    space = Space.open(office.settings())
    try:
        yield space
    finally:
        space.database.close()


def _put(file: Path, raw: bytes) -> None:
    # It holds what people said: for its owner alone, and never half a letter under the name.
    aside = file.with_name(file.name + ".part")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        written.write(raw)
        written.flush()
        os.fsync(written.fileno())
    aside.replace(file)


def _content(file: Path) -> bytes:
    from mapsvc.operations.exchange.letters import LARGEST

    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)
