"""The one permission table: which role may do what, and on whose things."""

from enum import IntEnum, StrEnum

from mapsvc.domain.actors import ROLE_NAMES, Actor, Role
from mapsvc.errors import Forbidden


class Action(StrEnum):
    """What an operation asks leave for."""

    SEE_MAP = "see_map"
    SEE_PERSON = "see_person"
    RECORD_VISIT = "record_visit"
    REPORT_ISSUE = "report_issue"
    WITHDRAW = "withdraw"
    MOVE_CASE = "move_case"
    KEEP_PROMISE = "keep_promise"
    EDIT_SHOP = "edit_shop"
    EDIT_PLACE = "edit_place"
    EDIT_PATCHES = "edit_patches"
    ARRANGE_COVER = "arrange_cover"
    IMPORT_LEDGER = "import_ledger"
    EXPORT = "export"
    PLAN_PATROL = "plan_patrol"
    MANAGE_ACCOUNTS = "manage_accounts"
    RUN_SERVICE = "run_service"


ACTION_NAMES: dict[Action, str] = {
    Action.SEE_MAP: "看地图",
    Action.SEE_PERSON: "看联系人全名和号码",
    Action.RECORD_VISIT: "登记走访",
    Action.REPORT_ISSUE: "上报问题",
    Action.WITHDRAW: "撤回记录",
    Action.MOVE_CASE: "推进案件",
    Action.KEEP_PROMISE: "办结答应的事",
    Action.EDIT_SHOP: "改商铺资料",
    Action.EDIT_PLACE: "改点位资料",
    Action.EDIT_PATCHES: "改责任片区",
    Action.ARRANGE_COVER: "安排顶班",
    Action.IMPORT_LEDGER: "导入台账",
    Action.EXPORT: "导出台账",
    Action.PLAN_PATROL: "排巡查",
    Action.MANAGE_ACCOUNTS: "管理账号",
    Action.RUN_SERVICE: "维护服务",
}


class Reach(IntEnum):
    """How far a permission goes."""

    NONE = 0
    OWN = 1
    ALL = 2


_N, _O, _A = Reach.NONE, Reach.OWN, Reach.ALL
_ROLES = (Role.WORKER, Role.SECRETARY, Role.OFFICE, Role.COMMITTEE, Role.PROPERTY, Role.VOLUNTEER, Role.ADMIN)
_TABLE: dict[Action, tuple[Reach, ...]] = {
    #                      worker secretary office committee property volunteer admin
    Action.SEE_MAP: (_A, _A, _A, _A, _N, _A, _A),
    Action.SEE_PERSON: (_O, _A, _N, _N, _N, _N, _N),
    Action.RECORD_VISIT: (_A, _A, _N, _N, _N, _N, _N),
    Action.REPORT_ISSUE: (_A, _A, _A, _A, _N, _A, _N),
    Action.WITHDRAW: (_O, _A, _O, _O, _N, _O, _N),
    Action.MOVE_CASE: (_A, _A, _A, _N, _N, _N, _N),
    Action.KEEP_PROMISE: (_A, _A, _N, _N, _N, _N, _N),
    Action.EDIT_SHOP: (_O, _A, _A, _N, _N, _N, _N),
    Action.EDIT_PLACE: (_A, _A, _A, _N, _N, _N, _N),
    Action.EDIT_PATCHES: (_N, _A, _A, _N, _N, _N, _A),
    Action.ARRANGE_COVER: (_O, _A, _A, _N, _N, _N, _A),
    Action.IMPORT_LEDGER: (_N, _A, _A, _N, _N, _N, _A),
    Action.EXPORT: (_N, _A, _A, _N, _N, _N, _N),
    Action.PLAN_PATROL: (_O, _A, _N, _N, _N, _N, _N),
    Action.MANAGE_ACCOUNTS: (_N, _A, _N, _N, _N, _N, _A),
    Action.RUN_SERVICE: (_N, _N, _N, _N, _N, _N, _A),
}


def reach(actor: Actor, action: Action) -> Reach:
    """How far `actor` may go with `action`; the program itself may do everything."""
    if actor.person_id is None and actor.name == "系统":
        return Reach.ALL
    return _TABLE[action][_ROLES.index(actor.role)]


def may(actor: Actor, action: Action, owner: str | None = None) -> bool:
    """Whether `actor` may do `action` on a thing that belongs to person `owner` (None: nobody's)."""
    far = reach(actor, action)
    return far is Reach.ALL or (far is Reach.OWN and owner is not None and owner == actor.person_id)


def whom_to_ask(action: Action) -> str:
    """Who does `action` for those who may not: the secretary, the keeper of the service, or either."""
    able = [r for r in (Role.SECRETARY, Role.ADMIN) if _TABLE[action][_ROLES.index(r)] is Reach.ALL]
    return "或".join(ROLE_NAMES[r] for r in able)


def require(actor: Actor, action: Action, owner: str | None = None) -> None:
    """Raise Forbidden with a sentence that names the role, unless `actor` may do `action`."""
    if not may(actor, action, owner):
        whose = "（只限自己包联的）" if reach(actor, action) is Reach.OWN else ""
        raise Forbidden(f"{actor.role_name}不能{ACTION_NAMES[action]}{whose}，请找{whom_to_ask(action)}。")
