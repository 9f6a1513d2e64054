"""Councils of the demo: the one at 27号 with all that came of it, and one without agreement."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from mapsvc.demo.rows import Rows
from mapsvc.demo.street import Street

At = Callable[[int, int, int], datetime]
"""Days ago, hour, minute."""
_COMPANY = "兰凤物业"


class _Council:
    """Adds what belongs to one council; ids come from the council's, so that the rest of the demo stays as it is."""

    def __init__(self, rows: Rows, told: dict[str, Any], council: dict[str, Any]) -> None:
        self.rows, self.told, self.row = rows, told, council
        self.count = 0

    def add(self, table: str, **values: Any) -> dict[str, Any]:
        """One more row."""
        self.count += 1
        row = {"id": str(uuid5(NAMESPACE_URL, f"{self.row['id']}/{self.count}")), **values}
        self.rows.tables[table].append(row)
        return row

    def event(self, kind: str, ref: str, at: datetime, actor_id: str | None) -> None:
        """One line of history at the council's door."""
        spot = self.told["spot"]
        self.rows.event(
            kind, ref, at, shop_id=spot.shop_id, location_id=spot.location_id, case_id=self.row["case_id"],
            actor_id=actor_id,
        )  # fmt: skip

    def party(self, role: str, name: str, claim: str, offer: str | None, signed_at: datetime | None) -> dict[str, Any]:
        """Who was there."""
        return self.add(
            "council_party", council_id=self.row["id"], role=role, name=name, invited_at=self.row["made_at"],
            is_present=True, claim=claim, offer=offer, signed_at=signed_at, sort=self.count,
        )  # fmt: skip

    def task(
        self,
        text: str,
        role: str,
        who: str,
        due_at: datetime | None,
        done_at: datetime,
        proof: str,
        party: dict[str, Any] | None = None,
        **more: Any,
    ) -> None:
        """What was agreed, or came of it, and was done."""
        made = self.add(
            "task", case_id=self.row["case_id"], council_id=self.row["id"] if party else None,
            party_id=party["id"] if party else None, origin="agreement" if party else "manual", text=text, role=role,
            owner_name=who, due_at=due_at, done_at=done_at, done_by=self.row["made_by"], proof=proof,
            made_by=self.row["made_by"], made_at=self.row["agreed_at"], step_no=self.count, **more,
        )  # fmt: skip
        self.event("task", made["id"], done_at, self.row["made_by"])


def complete_leak(rows: Rows, street: Street, told: dict[str, Any], council: dict[str, Any], ago: At) -> None:
    """27号: three sides, their claims, two talks alone, an agreement with its items, all of them done."""
    signed = ago(32, 10, 40)
    council |= {
        "venue": "居委会会议室", "attendees": f"业主201室、商户27号 锦云家纺、{_COMPANY}",
        "survey": "三方同看201室阳台，放染色水20分钟，27号吊顶见色。", "root_cause": "201室阳台排水管老化开裂",
        "state": "agreed", "mediator_id": street.secretary_id, "made_by": street.secretary_id,
        "made_at": ago(34, 9, 10), "agreed_at": signed, "version": 3,
    }  # fmt: skip
    leak = _Council(rows, told, council)
    owner = leak.party("owner", "201室", "立管属公共部位，应由物业修", "可以赔布料", signed)
    merchant = leak.party("merchant", "27号 锦云家纺", "赔布料2,400元，尽快修好", None, signed)
    company = leak.party("property", _COMPANY, "阳台支管由业主自己修", "可以出工", signed)
    for party, text in ((owner, "可以出到2,000元，要写明管子归谁修"), (merchant, "布料实损约1,900元，最怕耽误旺季")):
        leak.add(
            "private_note", council_id=council["id"], party_id=party["id"], text=text, author_id=street.secretary_id,
            at=ago(33, 14, 40),
        )  # fmt: skip
    leak.event("agreement", council["id"], signed, street.secretary_id)
    leak.task("腾出店面", "merchant", "商户27号 锦云家纺", ago(28, 12, 0), ago(28, 11, 20), "腾好了", merchant)
    leak.task("更换排水管", "property", _COMPANY, ago(26, 17, 0), ago(26, 15, 40), "换管完工，放水不漏", company)
    leak.task(
        "赔布料", "owner", "业主201室", ago(26, 17, 0), ago(26, 16, 10), "当面付清，商户写了收条", owner,
        amount_fen=186_000,
    )  # fmt: skip
    _look_around(leak, street, ago)
    leak.task("送达协议", "secretary", "王书记", None, ago(32, 11, 5), "三方各一份")
    leak.task("雨后回访", "worker", "另一位走访人", ago(5, 17, 0), ago(5, 15, 30), "两场大雨，吊顶没再渗")


def _look_around(leak: _Council, street: Street, ago: At) -> None:
    """The register knows the building; two of its doors were looked at, and so 31号 was found."""
    leak.add(
        "register_entry", street="岚皋西路", number_from=21, number_to=39, side="odd", building="兰凤新村临街1号楼",
        residents_committee="兰凤新村居委会", property_company=_COMPANY, duty_phone="021-60000027",
        owners_committee="筹备中", updated_at=ago(700, 9, 0),
    )  # fmt: skip
    for number, at, seen in ((29, ago(4, 9, 30), "吊顶是干的"), (31, ago(4, 10, 0), "吊顶有水印，已上报")):
        door = street.door("岚皋西路", number)
        made = leak.add(
            "task", case_id=leak.row["case_id"], origin="same_building", shop_id=door.id, role="worker",
            text="下次下雨前看看有没有渗漏水（岚皋西路27号出过）", owner_id=door.worker_id, done_at=at, proof=seen,
            done_by=door.worker_id, made_by=leak.row["made_by"], made_at=ago(19, 15, 30),
        )  # fmt: skip
        leak.rows.event(
            "task", made["id"], at, shop_id=door.id, location_id=door.location["id"], case_id=leak.row["case_id"],
            actor_id=door.worker_id,
        )  # fmt: skip


def complete_no_agreement(rows: Rows, street: Street, told: dict[str, Any], council: dict[str, Any], ago: At) -> None:
    """Two shops and a wall between them: handed on to mediation, nothing signed."""
    council |= {
        "state": "failed", "way_out": "mediation", "mediator_id": street.secretary_id, "made_by": street.secretary_id,
        "made_at": ago(22, 10, 0), "version": 3,
    }  # fmt: skip
    wall = _Council(rows, told, council)
    wall.party("merchant", f"{told['spot'].label}", "恢复原状，停业两天的损失也要赔", None, None)
    wall.party("other", "隔壁商户", "只愿补缝", "补缝，刷一遍墙", None)
    wall.party("landlord", "两间的房东", "墙是共用的，两家商量", None, None)
