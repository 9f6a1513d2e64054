"""`mapsvc handover`: a worker's doors go to a colleague."""

from datetime import datetime

import click

from mapsvc.cli.common import Office, command

DAY = click.DateTime(formats=["%Y-%m-%d"])


def register(cli: click.Group) -> None:
    """Add the command."""
    function = handover
    for option in (
        click.option("--until", type=DAY, help="顶班的最后一天，含这天；不写就是长期交接"),
        click.option("--from", "from_day", type=DAY, required=True, help="从哪天起，如 2026-11-24"),
        click.argument("taker", metavar="TO"),
        click.argument("giver", metavar="FROM"),
    ):
        function = option(function)
    command(cli, "handover")(function)


def handover(office: Office, giver: str, taker: str, from_day: datetime, until: datetime | None) -> None:
    """顶班、交接：FROM 的门连同答应的事交给 TO。"""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations.handovers import hand_over

    with office.existing() as ws:
        done = hand_over(ws, SYSTEM, giver, taker, from_day.date(), until.date() if until else None)
    result = {
        "id": done.handover.id,
        "from": done.from_name,
        "to": done.to_name,
        "from_day": done.handover.from_day,
        "until_day": done.handover.last_day,
        "doors": len(done.doors),
        "promises": done.promises,
        "issues": done.issues,
    }
    told = f"{done.from_name}的{len(done.doors)}户{done.days}由{done.to_name}来走"
    office.say(result, f"{told}；答应的事{done.promises}件、没办完的{done.issues}件一起过去。")
