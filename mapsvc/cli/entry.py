"""`mapsvc`: the group of all commands, and how failures are said."""

import sys

import click

from mapsvc import __version__
from mapsvc.cli import analysis, backtest, common, data, handover, ledger, people, service, surface
from mapsvc.errors import MapsvcError, Usage

EPILOG = "退出码：0 做完了；1 没做成，原因在标准错误里；2 用法不对。"


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@common.options
def mapsvc() -> None:
    """民情地图：街区走访用的地图。"""


for part in (data, service, people, handover, ledger, analysis, backtest, surface):
    part.register(mapsvc)


def main() -> None:
    """Run the command line and exit with its code."""
    office = common.Office()
    try:
        mapsvc.main(obj=office, prog_name="mapsvc", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(2)
    except click.UsageError as error:
        _fail(office, Usage(_in_chinese(error)), 2)
    except click.ClickException as error:
        _fail(office, Usage(error.format_message()), 2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except MapsvcError as error:
        _fail(office, error, 2 if isinstance(error, Usage) else 1)
    except OSError as error:
        _fail(office, MapsvcError(f"读写文件失败：{error.strerror or error}（{error.filename or '磁盘'}）"), 1)


def _fail(office: common.Office, error: MapsvcError, code: int) -> None:
    if office.as_json:
        problems = [{"field": p.field, "code": p.code, "message": p.message} for p in error.problems]
        office.say({"error": {"code": error.code, "message": str(error), "errors": problems}, **error.extra}, "")
    click.echo(str(error), err=True)
    sys.exit(code)


def _in_chinese(error: click.UsageError) -> str:
    where = error.ctx.command_path if error.ctx else "mapsvc"
    hint = f"用法见 {where} --help。"
    if isinstance(error, click.NoSuchOption):
        return f"没有 {error.option_name} 这个选项。{hint}"
    if isinstance(error, click.MissingParameter):
        names = error.param.opts if error.param is not None else [str(error.param_hint)]
        return f"缺少 {'、'.join(names)}。{hint}"
    if isinstance(error, click.BadParameter):
        name = "、".join(error.param.opts) if error.param is not None else str(error.param_hint)
        return f"{name} 的值不对，{_wanted(error)}{hint}"
    if isinstance(error, click.BadOptionUsage):
        return f"{error.option_name} 后面要跟一个值。{hint}"
    if error.message.startswith("No such command"):
        return f"没有这个命令。{hint}"
    return f"用法不对：{error.message} {hint}"


def _wanted(error: click.BadParameter) -> str:
    kind = error.param.type if error.param is not None else None
    if isinstance(kind, click.Choice):
        return f"可选：{'、'.join(map(str, kind.choices))}。"
    if isinstance(kind, click.DateTime):
        return "要写成 2026-11-23 这样的日期。"
    if isinstance(kind, click.IntRange):
        return f"要是 {kind.min} 到 {kind.max} 之间的整数。"
    if isinstance(kind, click.types.IntParamType):
        return "要是整数。"
    return f"{error.message} "


__all__ = ["__version__", "main", "mapsvc"]
