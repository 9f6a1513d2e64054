"""`mapsvc user …` and `mapsvc token …`."""

import sys

import click

from mapsvc.cli.common import Office, command
from mapsvc.domain.actors import ROLE_NAMES, SYSTEM, Role

ROLE = click.Choice([role.value for role in Role])


def register(cli: click.Group) -> None:
    """Add the commands of accounts and tokens."""
    cli.add_command(user)
    cli.add_command(token)


@click.group()
def user() -> None:
    """账号：新建、列出、一次性登录、停用。"""


@click.group()
def token() -> None:
    """接口令牌：新建、列出、停用。"""


@command(user, "add")
@click.argument("name")
@click.option("--role", type=ROLE, required=True, help="角色")
@click.option("--login", default="", help="登录名，默认和名字一样")
@click.option("--unit", default="", help="居委会、物业：代表哪个单位，写法和责任主体登记一样")
@click.option("--password-stdin", is_flag=True, help="从标准输入读密码；不给就发一次性登录链接")
def add(office: Office, name: str, role: str, login: str, unit: str, password_stdin: bool) -> None:
    """新建账号 NAME；台账里同名的走访人会接上。"""
    from mapsvc.operations import accounts

    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    with office.workspace() as ws:
        made = accounts.add_account(ws, SYSTEM, login or name, Role(role), name, password, unit)
        link = None if password else accounts.one_time_link(ws, SYSTEM, made.id)
    path = f"/sign-in/{link.secret}" if link else None
    result = {"login": made.login, "name": made.name, "role": role, "sign_in": path}
    said = f"已建账号 {made.login}（{ROLE_NAMES[made.role]}）。"
    office.say(result, said + (f"\n一次性登录（24小时内有效）：服务的网址后面接 {path}" if path else ""))


@command(user, "list")
def list_users(office: Office) -> None:
    """列出账号。"""
    from mapsvc.operations import accounts

    with office.existing() as ws:
        found = accounts.list_accounts(ws, SYSTEM)
    items = [
        {"login": a.login, "name": a.name, "role": a.role.value, "disabled": a.disabled_at is not None} for a in found
    ]
    lines = [f"{a.login}\t{a.role_name}" + ("\t已停用" if a.disabled_at else "") for a in found]
    office.say({"users": items}, "\n".join(lines) or "还没有账号。")


@command(user, "link")
@click.argument("login")
def link(office: Office, login: str) -> None:
    """给 LOGIN 一个一次性登录链接；以前给的作废。"""
    from mapsvc.operations import accounts

    with office.existing() as ws:
        made = accounts.one_time_link(ws, SYSTEM, accounts.account_called(ws, login).id)
    path = f"/sign-in/{made.secret}"
    office.say({"login": login, "sign_in": path}, f"一次性登录（24小时内有效）：服务的网址后面接 {path}")


@command(user, "disable")
@click.argument("login")
def disable(office: Office, login: str) -> None:
    """停用 LOGIN：马上退出，令牌和链接一起作废。"""
    from mapsvc.operations import accounts

    with office.existing() as ws:
        ended = accounts.disable_account(ws, SYSTEM, accounts.account_called(ws, login).id)
    office.say({"login": ended.login, "disabled": True}, f"已停用 {ended.login}。")


@command(token, "create")
@click.option("--role", type=ROLE, required=True, help="角色")
@click.option("--user", "login", default="", help="以这个账号的名义")
@click.option("--label", default="", help="用在哪里，方便以后认")
def create(office: Office, role: str, login: str, label: str) -> None:
    """新建令牌；只显示这一次。"""
    from mapsvc.operations import accounts

    with office.workspace() as ws:
        made, secret = accounts.create_token(ws, SYSTEM, Role(role), label, login)
    result = {"token": secret, "id": made.id[:12], "role": role, "user": login or None, "label": made.label}
    if not office.as_json:
        office.note(f"令牌（编号 {made.id[:12]}，只显示这一次）：")
    office.say(result, secret)


@command(token, "list")
def list_tokens(office: Office) -> None:
    """列出没停用的令牌。"""
    from mapsvc.operations import accounts

    with office.existing() as ws:
        found = accounts.list_tokens(ws, SYSTEM)
    items = [
        {"id": t.id[:12], "role": t.role.value, "label": t.label, "user": t.account.login if t.account else None}
        for t in found
    ]
    lines = [f"{t.id[:12]}\t{ROLE_NAMES[t.role]}\t{t.label}" for t in found]
    office.say({"tokens": items}, "\n".join(lines) or "没有令牌。")


@command(token, "revoke")
@click.argument("token_id")
def revoke(office: Office, token_id: str) -> None:
    """停用编号是 TOKEN_ID 的令牌。"""
    from mapsvc.operations import accounts

    with office.existing() as ws:
        ended = accounts.revoke_token(ws, SYSTEM, token_id)
    office.say({"id": ended.id[:12], "revoked": True}, f"已停用令牌 {ended.id[:12]}（{ended.label}）。")
