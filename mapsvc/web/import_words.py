"""Imports as the pages show them: sentences, masked values, pages of rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mapsvc.domain.actors import Actor
from mapsvc.domain.ledger import LEVEL_NAMES, Level
from mapsvc.domain.origins import is_closed_title
from mapsvc.domain.permissions import Action, Reach, reach
from mapsvc.domain.privacy import mask_name, mask_phones_in
from mapsvc.domain.times import OFFICE_ZONE
from mapsvc.operations import import_batches as operations
from mapsvc.operations.import_batches import Batch
from mapsvc.operations.workspace import Workspace

STATE_NAMES = {
    "previewed": "还没导入，等确认",
    "running": "导入中",
    "done": "已导入",
    "failed": "没导成",
    "undone": "已撤销",
}
CHANGE_NAMES = {"add": "新增", "update": "更新", "tenancy": "换店", "base": "只记下表里的值"}
CHOICE_NAMES = {"file": "用表里的", "app": "留程序里的", "fix": "同一家，只是改了名"}
COUNT_NAMES = (
    ("read", "读到"),
    ("added", "新增"),
    ("updated", "更新"),
    ("unchanged", "没变"),
    ("rejected", "未导入"),
    ("conflicts", "冲突"),
)
VIEWS = ("changes", "problems", "conflicts")
_NAME_TITLES = ("经营者", "店主", "姓名", "联系人", "负责人", "商户")


@dataclass(frozen=True)
class Asked:
    """Which rows of a batch to show."""

    show: str
    sheet: str
    after: str

    @classmethod
    def of(cls, args: Mapping[str, str]) -> "Asked":
        """Read the address; what is unknown is left out."""
        show = args.get("show", "changes")
        return cls(show if show in VIEWS else "changes", args.get("sheet", "")[:20], args.get("after", "")[:40])

    @property
    def after_number(self) -> int:
        """`after` where rows are numbered."""
        return int(self.after) if self.after.isdecimal() and len(self.after) < 18 else 0


def batch(found: Batch) -> dict[str, Any]:
    """A batch as a list shows it."""
    at = found.at.astimezone(OFFICE_ZONE)
    return {
        "id": found.id,
        "file_name": found.file_name,
        "state": found.state,
        "state_name": STATE_NAMES.get(found.state, found.state),
        "at": f"{at.month}月{at.day}日 {at:%H:%M}",
        "changed": found.changed,
        "sheets": [{"name": name, **counts} for name, counts in found.counts.items()],
        "shown_most": operations.MOST_CHANGES_SHOWN,
        "is_cut": found.is_cut,
    }


def totals(found: Batch) -> list[tuple[str, int]]:
    """Sums over the sheets, by name."""
    return [(title, sum(counts.get(key, 0) for counts in found.counts.values())) for key, title in COUNT_NAMES]


def open_conflict_batches(ws: Workspace, actor: Actor) -> list[str]:
    """Batches whose conflicts wait for a choice."""
    return sorted({conflict.batch for conflict in operations.list_conflicts(ws, actor, limit=500)})


def rows_of(ws: Workspace, actor: Actor, batch_id: str, asked: Asked, page: int) -> dict[str, Any]:
    """One page of changed rows, problems or conflicts, and where the next one begins."""
    make = {"changes": _changes, "problems": _problems, "conflicts": _conflicts}[asked.show]
    found, items = make(ws, actor, batch_id, asked, page + 1)
    is_more = len(found) > page
    return {"items": items[:page], "next": str(found[page - 1].id) if is_more else None}


def _changes(ws: Workspace, actor: Actor, batch_id: str, asked: Asked, limit: int) -> tuple[list[Any], list[Any]]:
    after, sheet = asked.after_number, asked.sheet or None
    found = operations.batch_changes(ws, actor, batch_id, sheet=sheet, limit=limit, after=after)
    items = [
        {
            "sheet": row.sheet,
            "change": CHANGE_NAMES.get(row.change, row.change),
            "key": row.key,
            "title": mask_phones_in(str(row.title or "")),
            "fields": [(title, _text(actor, title, old), _text(actor, title, new)) for title, old, new in row.fields],
        }
        for row in found
    ]
    return found, items


def _problems(ws: Workspace, actor: Actor, batch_id: str, asked: Asked, limit: int) -> tuple[list[Any], list[Any]]:
    found = operations.batch_problems(ws, actor, batch_id, limit=limit, after=asked.after_number)
    items = [
        {
            "sheet": problem.sheet,
            "row": problem.row,
            "column": problem.column,
            "value": _text(actor, problem.column or "", problem.value),
            "level": problem.level,
            "level_name": LEVEL_NAMES.get(Level(problem.level), problem.level),
            "message": mask_phones_in(problem.message),
        }
        for problem in found
    ]
    return found, items


def _conflicts(ws: Workspace, actor: Actor, batch_id: str, asked: Asked, limit: int) -> tuple[list[Any], list[Any]]:
    found = operations.list_conflicts(ws, actor, batch_id, only_open=False, limit=limit, after=asked.after)
    items = [
        {
            "id": conflict.id,
            "sheet": conflict.sheet,
            "row": conflict.row,
            "key": conflict.key,
            "field": conflict.field,
            "title": conflict.title,
            "base": _text(actor, conflict.title, conflict.base),
            "file": _text(actor, conflict.title, conflict.file),
            "app": _text(actor, conflict.title, conflict.app),
            "choice": conflict.choice,
            "choice_name": CHOICE_NAMES.get(conflict.choice or "", ""),
        }
        for conflict in found
    ]
    return found, items


def _text(actor: Actor, title: str, value: Any) -> str:
    """A value for this reader: no phone in full, names only for those who may see people."""
    if value is None or value == "":
        return ""
    if isinstance(value, Mapping):
        return "、".join(filter(None, (_text(actor, str(name), one) for name, one in value.items())))
    if is_closed_title(title):
        return "（不显示）"
    if isinstance(value, bool):
        return "是" if value else "否"
    text = mask_phones_in(str(value))
    is_name = title == "merchant" or any(word in title for word in _NAME_TITLES)
    return mask_name(text) if is_name and reach(actor, Action.SEE_PERSON) is not Reach.ALL else text
