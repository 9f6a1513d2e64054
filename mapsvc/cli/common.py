"""What all commands share: where the data is, how a result is said, how a failure ends."""

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import click

from mapsvc.config import Settings
from mapsvc.errors import MapsvcError, Usage

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace

P = ParamSpec("P")


@dataclass
class Office:
    """The options every command takes, and the ways to speak."""

    given: dict[str, object] = field(default_factory=dict)
    as_json: bool = False

    def settings(self, **more: object) -> Settings:
        """Defaults, environment, then what was given."""
        try:
            return Settings.load(None, **(self.given | more))
        except ValueError as error:
            raise Usage(f"环境变量 MAPSVC_* 里有一个值不是数字：{error}") from None

    @contextmanager
    def workspace(self) -> Iterator["Workspace"]:
        """The office at work; its connections are closed afterwards."""
        from mapsvc.operations.workspace import Workspace

        ws = Workspace.open(self.settings())
        try:
            yield ws
        finally:
            ws.database.close()

    @contextmanager
    def existing(self) -> Iterator["Workspace"]:
        """As `workspace`, but refuses to make an empty store where none is."""
        settings = self.settings()
        if not settings.database and not (settings.data / "mapsvc.sqlite").exists():
            raise MapsvcError(
                f"{settings.data} 里还没有数据；先运行 mapsvc init 或 mapsvc demo，或用 --data 指对文件夹。"
            )
        with self.workspace() as ws:
            yield ws

    def say(self, result: dict[str, Any], text: str) -> None:
        """The result of a command: one JSON object, or a sentence for a person."""
        if self.as_json:
            import orjson

            click.echo(orjson.dumps(result, default=str, option=orjson.OPT_NON_STR_KEYS).decode())
        else:
            click.echo(text)

    def note(self, text: str) -> None:
        """Progress and messages, beside the result."""
        click.echo(text, err=True)

    def progress(self, done: int, total: int | None = None, what: str = "") -> None:
        """One line that moves on a terminal, and is silent elsewhere."""
        if sys.stderr.isatty():
            share = f"{done:,}/{total:,}" if total else f"{done:,}"
            click.echo(f"\r\x1b[K{what} {share}", err=True, nl=total is not None and done >= total)


def _remember(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def store(ctx: click.Context, _param: click.Parameter, value: Any) -> None:
        office = ctx.ensure_object(Office)
        if name == "json":
            office.as_json = office.as_json or bool(value)
        elif value is not None:
            office.given[name] = value

    return store


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--data, --database and --json, before the command's name or after it."""
    for option in (
        click.option(
            "--json", "as_json", is_flag=True, expose_value=False, callback=_remember("json"), help="结果写成一个 JSON"
        ),
        click.option(
            "--database", metavar="URL", expose_value=False, callback=_remember("database"), help="PostgreSQL 连接地址"
        ),
        click.option(
            "--data",
            metavar="DIR",
            type=click.Path(path_type=Path),
            expose_value=False,
            callback=_remember("data"),
            help="数据文件夹，默认 ./data",
        ),
    ):
        command = option(command)
    return command


def command(
    group: click.Group, name: str, **kwargs: Any
) -> Callable[[Callable[Concatenate[Office, P], Any]], click.Command]:
    """Register a command that takes the office first and the shared options everywhere."""

    def decorate(function: Callable[Concatenate[Office, P], Any]) -> click.Command:
        @functools.wraps(function)
        def run(*args: P.args, **kw: P.kwargs) -> Any:
            return function(click.get_current_context().ensure_object(Office), *args, **kw)

        return group.command(name, **kwargs)(options(run))

    return decorate
