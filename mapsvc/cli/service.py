"""`mapsvc serve` and `mapsvc run`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from mapsvc.cli.common import Office, command
from mapsvc.config import Settings
from mapsvc.errors import Usage


def register(cli: click.Group) -> None:
    """Add the commands that serve."""
    for name, function in (("serve", serve), ("run", run)):
        command(cli, name)(_serving_options(function))


def _serving_options(function: Callable[..., Any]) -> Callable[..., Any]:
    pem = click.Path(path_type=Path, dir_okay=False)
    for option in (
        click.option("--tls-key", type=pem, help="私钥（PEM）"),
        click.option("--tls-cert", type=pem, help="证书（PEM），给了就用 HTTPS"),
        click.option(
            "--surface", type=click.Choice(["office", "field", "public"]), default="office", show_default=True
        ),
        click.option("--workers", type=click.IntRange(1, 64), help="服务进程数"),
        click.option("--port", type=click.IntRange(0, 65535), help="端口，0 为任选一个空的"),
        click.option("--host", help="监听的地址，默认只有本机"),
    ):
        function = option(function)
    return function


def serve(
    office: Office,
    host: str | None,
    port: int | None,
    workers: int | None,
    surface: str,
    tls_cert: Path | None,
    tls_key: Path | None,
) -> None:
    """启动服务，Ctrl-C 停止。"""
    _serve(office, surface, tls_cert, tls_key, {}, False, host=host, port=port, workers=workers)


def run(
    office: Office,
    host: str | None,
    port: int | None,
    workers: int | None,
    surface: str,
    tls_cert: Path | None,
    tls_key: Path | None,
) -> None:
    """没有数据就先做示例数据，启动服务，给出一次性登录的网址。"""
    from mapsvc.cli.data import make_demo_if_empty

    if surface == "public":
        raise Usage("公网页面没有示例数据，也没有登录；请用 mapsvc serve --surface public。", field="surface")
    make_demo_if_empty(office)
    entrances = _entrances(office)
    beside = surface == "office" and tls_cert is None
    _serve(office, surface, tls_cert, tls_key, entrances, beside, host=host, port=port, workers=workers)


def _entrances(office: Office) -> dict[str, str]:
    """Paths that sign in once, by whom: the secretary (if none, the admin); over fictional data a worker too."""
    from mapsvc.domain.actors import SYSTEM, Role
    from mapsvc.operations import accounts
    from mapsvc.operations.office import is_demo

    with office.workspace() as ws:
        found = accounts.first_of_role(ws, Role.SECRETARY) or accounts.first_of_role(ws, Role.ADMIN)
        if found is None:
            raise Usage("还没有街区书记或管理员的账号，请先运行：mapsvc user add 名字 --role secretary")
        who = {"街区书记": found}
        if is_demo(ws) and (worker := accounts.first_of_role(ws, Role.WORKER)):
            who[f"走访人{worker.actor.name}，看“今日”"] = worker
        return {name: f"/sign-in/{accounts.one_time_link(ws, SYSTEM, one.id).secret}" for name, one in who.items()}


def _has_accounts(office: Office) -> bool:
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations import accounts

    with office.workspace() as ws:
        return bool(accounts.list_accounts(ws, SYSTEM))


def _try_public(settings: Settings) -> None:
    """Open the small store once, so that what is wrong is said here and not by each worker."""
    from mapsvc.operations.surface.space import Space

    Space.open(settings).database.close()


def _serve(
    office: Office,
    surface: str,
    tls_cert: Path | None,
    tls_key: Path | None,
    entrances: dict[str, str],
    may_be_beside: bool,
    **given: object,
) -> None:
    from dataclasses import replace

    from mapsvc import serving
    from mapsvc.cli.beside import make_beside

    settings = office.settings(**given)
    if surface == serving.PUBLIC:
        _try_public(settings)
    settings = replace(settings, port=serving.free_port(settings.host, settings.port), data=settings.data.resolve())
    service = serving.Service(settings, surface, tls_cert, tls_key, has_runner=surface == "office")
    beside = make_beside(office, settings) if may_be_beside else None
    if beside:
        service = replace(service, settings=beside.office, beside=beside.public)

    def ready() -> None:
        links = {name: service.address.rstrip("/") + path for name, path in entrances.items()}
        what = "公网页面" if surface == serving.PUBLIC else "民情地图"
        text = f"{what}已启动：{service.address}"
        office.say({"address": service.address, "sign_in": next(iter(links.values()), None)}, text)
        if surface != serving.PUBLIC and not _has_accounts(office):
            office.note("还没有账号，谁也进不来；请另开一个窗口运行：mapsvc user add 名字 --role secretary")
        for name, link in links.items() if not office.as_json else ():
            click.echo(f"一次性登录（{name}，24小时内有效）：{link}")
        if beside and not office.as_json:
            public = serving.Service(beside.public, serving.PUBLIC)
            click.echo(f"商户扫码看到的页面：{public.address.rstrip('/')}{beside.card}")

    serving.serve(service, ready)
