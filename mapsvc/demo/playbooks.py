"""What was tried at two corners of the demo: one at work by the flats, one that held for months and then did not."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from mapsvc.demo.rows import Rows
from mapsvc.demo.street import Street
from mapsvc.demo.visits import at_office
from mapsvc.domain.clock import WorkingDays
from mapsvc.domain.orders import number_prefix
from mapsvc.domain.playbook_files import as_told, read_file
from mapsvc.domain.playbooks import Content, Makes, Repeat, Step, first_due
from mapsvc.domain.times import OFFICE_ZONE, office_day
from mapsvc.domain.watches import AFTER_CONTEXT, AFTER_EFFECT
from mapsvc.operations.clock import general_working_day
from mapsvc.operations.workspace import Workspace
from mapsvc.paths import shipped

CORNER, LANE = "PD0001", "PD0003"
BEGAN_DAYS, LANE_BEGAN_DAYS, LANE_ENDED_DAYS, LANE_SEEN_DAYS = 16, 280, 250, 62
_COMPANY, _COMMITTEE, _SIGNED = "兰凤物业", "兰凤新村居委会", "兰田街区党支部"
_NEIGHBOURS = ("三楼张阿姨", "老李", "花店小刘", "五号楼陈叔", "周老师")
_DONE_WORDS = {
    1: "清完了，冲洗过地面",
    2: "干净，墙角还有一点油渍",
    3: "贴在进出口两处",
    7: "店家愿意晚八点后再送出来",
}


def add_playbooks(rows: Rows, street: Street) -> None:
    """Add both to a street that has everything else: ids come from names, so that the rest stays as it is."""
    told = _Told(rows, street)
    content = read_file((shipped("layers") / "playbooks" / "dumping_spot.toml").read_bytes())
    playbook = told.add(
        "playbook", "dumping_spot", code=content.code, version=1, name=content.name, note=content.note,
        body=as_told(content), made_by=None, made_at=told.ago(LANE_BEGAN_DAYS, 9), retired_at=None, from_file=True,
    )  # fmt: skip
    told.contexts()
    told.lane(playbook["id"], content)
    told.corner(playbook["id"], content)


def hang_pictures(ws: Workspace) -> None:
    """Pictures of before and after at both corners; drawn, nobody is on them."""
    from mapsvc.demo.pictures import corner_picture
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.domain.photos import PhotoOf, Purpose
    from mapsvc.operations.photos import NewPhoto, add_photo
    from mapsvc.store import places

    today = office_day(ws.clock())
    wanted = ((CORNER, BEGAN_DAYS, 0.0), (LANE, LANE_BEGAN_DAYS, 2.5))
    for code, days, hue in wanted:
        with ws.read() as conn:
            place = places.by_code(conn, code)
        if place is None:
            continue
        for purpose, later, hour in ((Purpose.BEFORE, 0, 9), (Purpose.AFTER, 1, 16)):
            picture = corner_picture(is_clean=purpose is Purpose.AFTER, turn=hue)
            at = at_office(today - timedelta(days=days - later), hour, 5)
            photo_id = _id(f"{code}/{purpose.value}")
            add_photo(ws, SYSTEM, NewPhoto(photo_id, PhotoOf.PLACE, place.id, picture, at, purpose))


class _Told:
    """Adds rows with ids from names."""

    def __init__(self, rows: Rows, street: Street) -> None:
        self.rows, self.street = rows, street
        self.is_working: WorkingDays = general_working_day

    def add(self, table: str, called: str, /, **values: Any) -> dict[str, Any]:
        """One more row, with an id from its name."""
        return self.rows.add(table, id=_id(f"{table}/{called}"), **values)

    def ago(self, days: int, hour: int, minute: int = 0) -> datetime:
        """A time so many days ago, never later than now."""
        return min(at_office(self.day(days), hour, minute), self.rows.now)

    def day(self, days: int) -> date:
        """The office's day so many days ago."""
        return office_day(self.rows.now) - timedelta(days=days)

    def place(self, code: str) -> tuple[str, str]:
        """Ids of a place and its location."""
        place = self.street.places[code]
        return str(place["id"]), str(place["location"]["id"])

    def event(self, code: str, kind: str, ref: str, at: datetime, actor_id: str | None = None) -> None:
        """One line of a place's history."""
        place_id, location_id = self.place(code)
        self.rows.event(kind, ref, at, place_id=place_id, location_id=location_id, actor_id=actor_id)

    def contexts(self) -> None:
        """What happened by the flats is told there, and watched."""
        place_id, location_id = self.place(CORNER)
        for one in self.rows.tables["context_event"]:
            is_momentary = one["kind"] == "bins_removed"
            one |= {"place_id": place_id, "made_by": self.street.secretary_id, "made_at": one["from_at"]}
            self.event(CORNER, "context", one["id"], one["from_at"], self.street.secretary_id)
            self.add(
                "watch", one["kind"], origin="context", ref=one["id"], place_id=place_id, location_id=location_id,
                kind=one["kind"], text=f"{one['text']}{'后' if is_momentary else '起'}", from_at=one["from_at"],
                until_at=one["from_at"] + AFTER_CONTEXT if is_momentary else None, is_relapsed=False,
                made_by=self.street.secretary_id, made_at=one["from_at"],
            )  # fmt: skip

    def run(self, code: str, playbook_id: str, began: datetime, ended: datetime | None, outcome: str | None) -> str:
        """A run with its lines of history; returns its id."""
        place_id, location_id = self.place(code)
        secretary = self.street.secretary_id
        run = self.add(
            "playbook_run", code, playbook_id=playbook_id, place_id=place_id, location_id=location_id,
            started_by=secretary, started_at=began, ended_at=ended, outcome=outcome, left_out=None,
        )  # fmt: skip
        self.event(code, "playbook", run["id"], began, secretary)
        if ended is not None:
            self.event(code, "playbook", run["id"], ended, secretary)
        return str(run["id"])

    def task(
        self, code: str, run_id: str, n: int, step: Step, made: datetime, due: datetime | None, done: datetime | None,
        turn: int = 0,
    ) -> dict[str, Any]:  # fmt: skip
        """A step's task, done or still open."""
        owner = {"property": _COMPANY, "committee": _COMMITTEE}.get(step.role.value)
        worker = self.street.workers["小吴"]
        task = self.add(
            "task", f"{code}/{n}/{turn}", run_id=run_id, origin="playbook", phase=step.phase.value, step_no=n,
            repeats=step.repeats.value, text=step.text, role=step.role.value, owner_name=owner, due_at=due,
            done_at=done, done_by=worker if done else None, proof=_DONE_WORDS.get(n) if done and not turn else None,
            made_by=self.street.secretary_id, made_at=made,
        )  # fmt: skip
        if done and not turn:
            self.event(code, "task", task["id"], done, worker)
        return task

    def lane(self, playbook_id: str, content: Content) -> None:
        """The lane: tried once, quiet for months, looked at again, and back five weeks ago."""
        place_id, location_id = self.place(LANE)
        began, ended = self.ago(LANE_BEGAN_DAYS, 9, 30), self.ago(LANE_ENDED_DAYS, 16)
        run_id = self.run(LANE, playbook_id, began, ended, "三十天没有再堆，弄口店家自己会提醒。护卫队转成每周一次。")
        for n, step in enumerate(content.steps, start=1):
            done = self.ago(LANE_BEGAN_DAYS - (n - 1) * 2, 11, 10 * n % 60)
            self.task(LANE, run_id, n, step, began, first_due(step, began, self.is_working), done)
        seen = self.ago(LANE_SEEN_DAYS, 15, 20)
        check = self.add(
            "effect_check", LANE, run_id=run_id, place_id=place_id, result="gone", told_by="seen",
            note="弄口干净，店家说几个月没人扔了", actor_id=self.street.secretary_id, at=seen, received_at=seen,
        )  # fmt: skip
        self.event(LANE, "effect", check["id"], seen, self.street.secretary_id)
        self.add(
            "watch", LANE, origin="effect", ref=check["id"], place_id=place_id, location_id=location_id, kind="06010",
            text="回访看到没有了", from_at=seen, until_at=seen + AFTER_EFFECT, is_relapsed=self._came_back(LANE, seen),
            made_by=self.street.secretary_id, made_at=seen,
        )  # fmt: skip

    def corner(self, playbook_id: str, content: Content) -> None:
        """The corner by the flats: cleared within two hours, kept, the neighbours standing by."""
        began = self.ago(BEGAN_DAYS, 9, 20)
        run_id = self.run(CORNER, playbook_id, began, None, None)
        for n, step in enumerate(content.steps, start=1):
            due = first_due(step, began, self.is_working)
            if step.repeats is not Repeat.ONCE:
                self._again(run_id, n, step)
                continue
            done = self.ago(BEGAN_DAYS - (0, 0, 0, 1, 0, 0, 2, 9)[n], 10 + n, 5)
            task = self.task(CORNER, run_id, n, step, began, due, done)
            if step.makes is Makes.ORDER:
                self._order(run_id, task, step, began, done)
        self._notice(run_id, "温馨提示", content.steps[2].words, BEGAN_DAYS, -14)
        self._notice(None, "请勿堆放", "装修垃圾请先预约清运，不要堆在这里。", 40, 3)
        self._roster(run_id)

    def _again(self, run_id: str, n: int, step: Step) -> None:
        """What comes again: done every time but the last, which is still to do."""
        every = 1 if step.repeats is Repeat.DAILY else 7
        days = list(range(BEGAN_DAYS, 0, -every))
        for turn, ago in enumerate(days):
            done = self.ago(ago, 18, 30)
            self.task(CORNER, run_id, n, step, done - timedelta(hours=9), done + timedelta(hours=5), done, turn)
        last = self.ago(days[-1], 18, 30)
        end = at_office(self.day(days[-1] - every), 23, 59)
        self.task(CORNER, run_id, n, step, last, end, None, len(days))

    def _order(self, run_id: str, task: dict[str, Any], step: Step, sent: datetime, fixed: datetime) -> None:
        place_id, _ = self.place(CORNER)
        order = self.add(
            "work_order", CORNER, run_id=run_id, task_id=task["id"], place_id=place_id,
            number=f"{number_prefix(f'{sent.astimezone(OFFICE_ZONE):%y%m%d}')}61", token=_token(CORNER),
            to_unit=_COMPANY, what=step.words, state="fixed", due_at=task["due_at"],
            made_by=self.street.secretary_id, made_at=sent, expires_at=sent + timedelta(days=30), closed_at=fixed,
            paused_case=False,
        )  # fmt: skip
        for k, action in enumerate(("send", "accept", "arrive", "fixed")):
            at = sent + (fixed - sent) * k / 3
            by = self.street.secretary_id if action == "send" else None
            pressed = self.add(
                "order_step", f"{CORNER}/{action}", order_id=order["id"], action=action, actor_id=by,
                at=at.replace(microsecond=0), reason=_DONE_WORDS[1] if action == "fixed" else None,
            )  # fmt: skip
            self.event(CORNER, "order", pressed["id"], pressed["at"], by)

    def _notice(self, run_id: str | None, title: str, text: str, from_days: int, until_days: int) -> None:
        place_id, _ = self.place(CORNER)
        at = self.ago(from_days, 14, 10)
        made = self.add(
            "notice", f"{CORNER}/{title}", run_id=run_id, place_id=place_id, title=title, text=text, signed=_SIGNED,
            from_day=self.day(from_days), until_day=self.day(until_days), made_by=self.street.secretary_id, made_at=at,
        )  # fmt: skip
        self.event(CORNER, "notice", made["id"], at, self.street.secretary_id)

    def _roster(self, run_id: str) -> None:
        """Two weeks of mornings and evenings; some rained off, some without enough people."""
        place_id, _ = self.place(CORNER)
        roster = self.add(
            "roster", CORNER, run_id=run_id, place_id=place_id, name="橙子公寓转角护卫队", meet_at="橙子公寓门口",
            token=_token("roster")[:22], from_day=self.day(10), until_day=self.day(-6),
            made_by=self.street.secretary_id, made_at=self.ago(12, 10),
        )  # fmt: skip
        for k in range(17):
            for shift, first in (("morning", 7), ("evening", 19)):
                name = f"{CORNER}/{k}/{shift}"
                is_off = k in (4, 5) and shift == "evening"
                slot = self.add(
                    "roster_slot", name, roster_id=roster["id"], day=self.day(10 - k), shift=shift, from_hour=first,
                    until_hour=first + 1, wanted=2, cancelled_at=self.ago(10 - k + 1, 17) if is_off else None,
                    cancel_reason="下雨" if is_off else None,
                )  # fmt: skip
                came = () if is_off else _NEIGHBOURS[k % 5 : k % 5 + (2 if (k + first) % 3 else 1)]
                for who in came if k < 13 else ():
                    self.add("slot_sign_up", f"{name}/{who}", slot_id=slot["id"], name=who, at=self.ago(11, 20))

    def _came_back(self, code: str, since: datetime) -> bool:
        place_id, _ = self.place(code)
        return any(
            i["place_id"] == place_id and i["kind"] == "06010" and i["happened_at"] >= since
            for i in self.rows.tables["issue"]
        )


def _id(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"mapsvc/demo/playbooks/{name}"))


def _token(name: str) -> str:
    from base64 import urlsafe_b64encode
    from hashlib import sha256

    return urlsafe_b64encode(sha256(_id(name).encode()).digest()).decode().rstrip("=")
