"""The one permission table: which role may do what, and on whose things."""

from collections.abc import Collection
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
    WALK_PATROL = "walk_patrol"
    WEIGH_PATROL = "weigh_patrol"
    PIN_STOP = "pin_stop"
    KEEP_QUIET_HOURS = "keep_quiet_hours"
    SEE_COVERAGE = "see_coverage"
    DECIDE = "decide"
    WORK_CASE = "work_case"
    SEE_ASKED = "see_asked"
    CALL_RESPONSE = "call_response"
    LOG_CONTACT = "log_contact"
    SEND_ORDER = "send_order"
    ANSWER_ORDER = "answer_order"
    HOLD_COUNCIL = "hold_council"
    SEE_PRIVATE_NOTES = "see_private_notes"
    EDIT_REGISTER = "edit_register"
    EDIT_PLAYBOOKS = "edit_playbooks"
    RUN_PLAYBOOK = "run_playbook"
    EDIT_CONTEXT = "edit_context"
    CHECK_EFFECT = "check_effect"
    HANDLE_TICKETS = "handle_tickets"
    EDIT_LIMITS = "edit_limits"
    SEE_FIGURES = "see_figures"
    WRITE_REPORT = "write_report"
    SEE_ALERTS = "see_alerts"
    DECIDE_ALERT = "decide_alert"
    CALL_STORM = "call_storm"
    RUN_BACKTEST = "run_backtest"
    SEE_ENQUIRIES = "see_enquiries"
    LOG_ENQUIRY = "log_enquiry"
    ANSWER_ENQUIRY = "answer_enquiry"
    SEE_POLICIES = "see_policies"
    EDIT_POLICIES = "edit_policies"
    CHOOSE_TOPICS = "choose_topics"
    RUN_CAMPAIGN = "run_campaign"
    SEE_CAMPAIGN = "see_campaign"
    TELL_CAMPAIGN = "tell_campaign"
    MAKE_CARDS = "make_cards"
    SEE_ORIGIN_SUMS = "see_origin_sums"
    DELETE_ORIGIN = "delete_origin"
    EXCHANGE_SURFACE = "exchange_surface"
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
    Action.WALK_PATROL: "走巡查",
    Action.WEIGH_PATROL: "改巡查的轻重",
    Action.PIN_STOP: "指定巡查要去的地方",
    Action.KEEP_QUIET_HOURS: "记商户不便的时间",
    Action.SEE_COVERAGE: "看走到情况",
    Action.DECIDE: "拍板定事",
    Action.WORK_CASE: "记案件的处置",
    Action.SEE_ASKED: "看要商户改的事",
    Action.CALL_RESPONSE: "发起红色响应",
    Action.LOG_CONTACT: "记联系经过",
    Action.SEND_ORDER: "派单",
    Action.ANSWER_ORDER: "答复派单",
    Action.HOLD_COUNCIL: "主持议事会",
    Action.SEE_PRIVATE_NOTES: "看单独谈的内容",
    Action.EDIT_REGISTER: "改责任主体",
    Action.EDIT_PLAYBOOKS: "改治理样板",
    Action.RUN_PLAYBOOK: "用治理样板",
    Action.EDIT_CONTEXT: "记诱因",
    Action.CHECK_EFFECT: "记回访效果",
    Action.HANDLE_TICKETS: "办12345工单",
    Action.EDIT_LIMITS: "改办理时限",
    Action.SEE_FIGURES: "看办理情况",
    Action.WRITE_REPORT: "写周报月报",
    Action.SEE_ALERTS: "看早发现",
    Action.DECIDE_ALERT: "处理早发现",
    Action.CALL_STORM: "发起雨前雨后查看",
    Action.RUN_BACKTEST: "检验巡查优先级",
    Action.SEE_ENQUIRIES: "看咨询",
    Action.LOG_ENQUIRY: "记一条咨询",
    Action.ANSWER_ENQUIRY: "答复咨询",
    Action.SEE_POLICIES: "查政策解答",
    Action.EDIT_POLICIES: "改政策解答和政策日历",
    Action.CHOOSE_TOPICS: "记商户想要的提醒",
    Action.RUN_CAMPAIGN: "办政策进商铺",
    Action.SEE_CAMPAIGN: "看政策进商铺",
    Action.TELL_CAMPAIGN: "记政策进商铺说了没有",
    Action.MAKE_CARDS: "成批印联心卡",
    Action.SEE_ORIGIN_SUMS: "看来沪经营的合计",
    Action.DELETE_ORIGIN: "删除户籍和子女情况",
    Action.EXCHANGE_SURFACE: "和公网页面交换",
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
    Action.WALK_PATROL: (_O, _O, _N, _N, _N, _N, _N),
    Action.WEIGH_PATROL: (_N, _A, _A, _N, _N, _N, _A),
    Action.PIN_STOP: (_O, _A, _A, _N, _N, _N, _N),
    Action.KEEP_QUIET_HOURS: (_A, _A, _N, _N, _N, _N, _N),
    Action.SEE_COVERAGE: (_A, _A, _A, _N, _N, _N, _N),
    Action.DECIDE: (_N, _A, _A, _N, _N, _N, _N),
    Action.WORK_CASE: (_A, _A, _A, _O, _N, _N, _N),
    Action.SEE_ASKED: (_A, _A, _A, _N, _N, _N, _N),
    Action.CALL_RESPONSE: (_N, _A, _N, _N, _N, _N, _N),
    Action.LOG_CONTACT: (_A, _A, _A, _O, _N, _N, _N),
    Action.SEND_ORDER: (_N, _A, _A, _N, _N, _N, _N),
    Action.ANSWER_ORDER: (_N, _A, _A, _N, _O, _N, _N),
    Action.HOLD_COUNCIL: (_N, _A, _N, _O, _N, _N, _N),
    Action.SEE_PRIVATE_NOTES: (_O, _A, _O, _O, _N, _O, _N),
    Action.EDIT_REGISTER: (_N, _A, _A, _N, _N, _N, _N),
    Action.EDIT_PLAYBOOKS: (_N, _A, _A, _N, _N, _N, _N),
    Action.RUN_PLAYBOOK: (_N, _A, _A, _N, _N, _N, _N),
    Action.EDIT_CONTEXT: (_A, _A, _A, _N, _N, _N, _N),
    Action.CHECK_EFFECT: (_A, _A, _N, _N, _N, _N, _N),
    Action.HANDLE_TICKETS: (_N, _A, _A, _N, _N, _N, _N),
    Action.EDIT_LIMITS: (_N, _A, _A, _N, _N, _N, _A),
    Action.SEE_FIGURES: (_A, _A, _A, _A, _N, _N, _N),
    Action.WRITE_REPORT: (_N, _A, _A, _N, _N, _N, _N),
    Action.SEE_ALERTS: (_A, _A, _A, _N, _N, _N, _N),
    Action.DECIDE_ALERT: (_N, _A, _A, _N, _N, _N, _N),
    Action.CALL_STORM: (_N, _A, _A, _N, _N, _N, _N),
    Action.RUN_BACKTEST: (_N, _A, _A, _N, _N, _N, _A),
    Action.SEE_ENQUIRIES: (_O, _A, _N, _N, _N, _N, _N),
    Action.LOG_ENQUIRY: (_A, _A, _A, _N, _N, _N, _N),
    Action.ANSWER_ENQUIRY: (_O, _A, _N, _N, _N, _N, _N),
    Action.SEE_POLICIES: (_A, _A, _A, _A, _N, _A, _A),
    Action.EDIT_POLICIES: (_N, _A, _A, _N, _N, _N, _N),
    Action.CHOOSE_TOPICS: (_O, _A, _N, _N, _N, _N, _N),
    Action.RUN_CAMPAIGN: (_N, _A, _A, _N, _N, _N, _N),
    Action.SEE_CAMPAIGN: (_A, _A, _A, _N, _N, _N, _N),
    Action.TELL_CAMPAIGN: (_O, _A, _A, _N, _N, _N, _N),
    Action.MAKE_CARDS: (_N, _A, _A, _N, _N, _N, _N),
    Action.SEE_ORIGIN_SUMS: (_N, _A, _A, _N, _N, _N, _N),
    Action.DELETE_ORIGIN: (_N, _A, _A, _N, _N, _N, _N),
    Action.EXCHANGE_SURFACE: (_N, _A, _N, _N, _N, _N, _A),
    Action.MANAGE_ACCOUNTS: (_N, _A, _N, _N, _N, _N, _A),
    Action.RUN_SERVICE: (_N, _N, _N, _N, _N, _N, _A),
}


def reach(actor: Actor, action: Action) -> Reach:
    """How far `actor` may go with `action`; the program itself may do everything."""
    if actor.person_id is None and actor.name == "系统":
        return Reach.ALL
    return _TABLE[action][_ROLES.index(actor.role)]


def may(actor: Actor, action: Action, owner: str | None = None, units: Collection[str | None] = ()) -> bool:
    """Whether `actor` may do `action` on a thing that belongs to person `owner` (None: nobody's), or to `units`: the
    residents' committee, the property company."""
    far = reach(actor, action)
    if far is not Reach.OWN:
        return far is Reach.ALL
    is_theirs = owner is not None and owner == actor.person_id
    return is_theirs or (actor.unit is not None and actor.unit in units)


def whom_to_ask(action: Action) -> str:
    """Who does `action` for those who may not: the secretary, the keeper of the service, or either."""
    able = [r for r in (Role.SECRETARY, Role.ADMIN) if _TABLE[action][_ROLES.index(r)] is Reach.ALL]
    return "或".join(ROLE_NAMES[r] for r in able)


def require(actor: Actor, action: Action, owner: str | None = None, units: Collection[str | None] = ()) -> None:
    """Raise Forbidden with a sentence that names the role, unless `actor` may do `action`."""
    if not may(actor, action, owner, units):
        whose = "（只限自己管的）" if reach(actor, action) is Reach.OWN else ""
        raise Forbidden(f"{actor.role_name}不能{ACTION_NAMES[action]}{whose}，请找{whom_to_ask(action)}。")
