"""The sheets of an office's workbook as data: columns, their other names, how a cell is read, natural keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mapsvc.domain.issues import IssueSource
from mapsvc.domain.register import Side
from mapsvc.domain.shops import Origin, ShopState
from mapsvc.domain.tickets import Request, TicketState
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.ledger import cells
from mapsvc.ledger.cells import Convert


@dataclass(frozen=True)
class Column:
    """A column of a sheet.

    Attributes
    ----------
    field : str
        Name inside the program; fields that begin with ``_`` are read but not compared or stored by themselves.
    title : str
        As the office's form says, and as exports write it.
    convert : callable
    aliases : tuple of str
        Other titles that mean it, without what stands in brackets.
    required : bool
        A row without it is rejected, a sheet without it too.
    is_personal : bool
        Masked in exports unless asked for with a reason.
    is_strict : bool
        May be empty, but a value that cannot be read rejects the row.
    """

    field: str
    title: str
    convert: Convert
    aliases: tuple[str, ...] = ()
    required: bool = False
    is_personal: bool = False
    is_strict: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet: its names, columns and what makes a row the same row; `words` in another name mean it too."""

    name: str
    aliases: tuple[str, ...]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    title: str
    words: tuple[str, ...]

    @property
    def by_field(self) -> Mapping[str, Column]:
        """Columns by field."""
        return {column.field: column for column in self.columns}

    def key_of(self, values: Mapping[str, Any]) -> str:
        """The natural key of a row; a time counts to the minute."""
        return "|".join(_key_part(values.get(field)) for field in self.key)

    def named(self, field: str) -> str:
        """The title of a field, for messages."""
        return self.by_field[field].title


def _key_part(value: Any) -> str:
    text = "" if value is None else str(value)
    return text[:16] if len(text) == 20 and text.endswith("Z") and text[10] == "T" else text


def _col(
    field: str,
    title: str,
    convert: Convert,
    aliases: str = "",
    *,
    required: bool = False,
    personal: bool = False,
    strict: bool = False,
) -> Column:
    return Column(field, title, convert, tuple(aliases.split()), required, personal, strict)


_STATE = cells.one_of(
    {
        ShopState.OPEN: "营业 营业中 正常 正常营业 在营",
        ShopState.RENOVATING: "装修 装修中",
        ShopState.TRANSFERRING: "转让 转让中",
        ShopState.VACANT: "空置 空关 空铺 空置中 待租",
        ShopState.CLOSED: "歇业 停业 关店 关闭",
    },
    "状态",
)
_VISIT_KIND = cells.one_of(
    {
        VisitKind.REGULAR: "定期 定期走访 日常 日常走访 上门",
        VisitKind.SPECIAL: "专项 专项探访 专项走访",
        VisitKind.FOLLOW_UP: "回访 回头看",
    },
    "走访类型",
)
_OUTCOME = cells.one_of(
    {
        Outcome.MET: "是 见面 见到 见到店主 已见面 √",
        Outcome.CLOSED: "未开门 否 没开门 关门 没人 未见面 未见 ×",
        Outcome.CHANGED: "换店 歇业 换店/歇业 换店或歇业 已换店",
    },
    "是否见面",
)
_SATISFACTION = cells.one_of(
    {
        "very": "非常满意 很满意",
        "satisfied": "满意 比较满意",
        "fair": "一般 基本满意",
        "unsatisfied": "不满意 较不满意",
    },
    "满意度",
)
_SOURCE = cells.one_of(
    {
        IssueSource.PATROL: "巡查 巡逻",
        IssueSource.VISIT: "走访",
        IssueSource.RESIDENT: "居民 居民反映 群众 市民",
        IssueSource.MERCHANT: "商户 商家 店主 商户反映",
        IssueSource.HOTLINE: "12345 热线 12345工单 市民热线",
        IssueSource.CARD: "联心卡 扫码",
        IssueSource.APP: "随手记 程序",
    },
    "来源",
)
_ORIGIN = cells.one_of({Origin.LOCAL: "本市 沪籍 上海", Origin.ELSEWHERE: "外来 来沪 外地"}, "户籍")
_SIDE = cells.one_of({Side.ODD: "单 单号", Side.EVEN: "双 双号", Side.BOTH: "单双 全部 单双号 不分"}, "单双号")

_REQUEST = cells.one_of(
    {
        Request.ENQUIRY: "咨询 咨询类",
        Request.HELP: "求助 求助类",
        Request.SUGGESTION: "建议 意见建议 建议类",
        Request.COMPLAINT: "投诉 投诉类",
        Request.REPORT: "举报 投诉举报",
        Request.PRAISE: "表扬",
    },
    "诉求类型",
)
_TICKET_STATE = cells.one_of(
    {
        TicketState.TO_SIGN: "待签收 未签收 待受理 新工单",
        TicketState.HANDLING: "办理中 处理中 在办 已签收 二次办理",
        TicketState.ANSWERED: "已办结 办结 已答复 已完成 结案",
        TicketState.RETURNED: "已退单 退单 退回 已退回",
    },
    "状态",
)

_SHOP = "商铺编码 店铺编号 门店编号 商户编号 编码 店铺编码"


def _position() -> tuple[Column, ...]:
    return (
        _col("_lon", "经度", cells.number, "经度X X lon lng longitude 东经"),
        _col("_lat", "纬度", cells.number, "纬度Y Y lat latitude 北纬"),
        _col("_datum", "坐标系", cells.word, "坐标系统 坐标类型"),
    )


SHOPS = Sheet(
    "商铺底册",
    ("商铺", "底册", "商铺台账", "商铺信息", "沿街商铺底册", "沿街商铺", "门店底册", "商铺名册", "店铺底册"),
    (
        _col("code", "商铺编号", cells.code, _SHOP + " 编号", required=True),
        _col(
            "sign_name",
            "店名(招牌)",
            cells.text,
            "店名 招牌 店招 商铺名称 店铺名称 门店名称 招牌名称 名称",
            required=True,
        ),
        _col("address", "地址(门牌)", cells.text, "地址 门牌 门牌号 经营地址 店铺地址 详细地址"),
        _col("trade", "业态", cells.short_word, "行业 类别 经营类别 经营业态 行业类别"),
        _col(
            "merchant", "经营者", cells.maskable(cells.text), "店主 负责人 联系人 经营人 店主姓名 法人", personal=True
        ),
        _col("phone", "联系电话", cells.phone, "电话 手机 手机号 手机号码 联系方式", personal=True),
        _col("origin", "户籍(本市/外来)", cells.maskable(_ORIGIN), "户籍 户籍类别", personal=True),
        _col("has_preschooler", "有学龄前子女", cells.maskable(cells.yes_no), "学龄前子女", personal=True),
        _col("staff_count", "从业人数", cells.count, "员工数 人数 从业人员数 员工人数"),
        _col("area_m2", "营业面积(㎡)", cells.amount, "营业面积 面积 经营面积"),
        _col("worker", "包联网格员", cells.short_word, "包联人 网格员 走访人 责任人 包联 包干人 包联走访人"),
        _col("state", "状态", _STATE, "经营状态 营业状态 店铺状态"),
        *_position(),
        _col("note", "备注", cells.text, "说明"),
    ),
    ("code",),
    "沿街商铺底册",
    (
        "商铺",
        "门店",
        "店铺",
    ),
)

VISITS = Sheet(
    "走访记录",
    ("走访", "走访台账", "走访登记", "走访登记表", "走访日志"),
    (
        _col("at", "走访时间", cells.moment, "时间 日期 走访日期", required=True),
        _col("worker", "走访人", cells.short_word, "走访人员 网格员 登记人 走访者", required=True),
        _col("kind", "类型(定期/专项/回访)", _VISIT_KIND, "类型 走访类型", required=True),
        _col("shop", "商铺编号", cells.code, _SHOP + " 编号", required=True),
        _col("_sign_name", "店名", cells.text, "店名(招牌) 商铺名称 店铺名称"),
        _col("outcome", "是否见面", _OUTCOME, "见面 是否见到 见面情况 走访结果"),
        _col("note", "走访内容", cells.text, "内容 走访情况 情况记录"),
        _col("need", "反映问题", cells.text, "诉求 反映诉求 反映的问题 问题诉求"),
        _col("satisfaction", "满意度", _SATISFACTION, "评价"),
        _col("wants_follow_up", "是否需回访", cells.yes_no, "需回访 回访 是否回访"),
    ),
    ("shop", "at", "worker", "kind"),
    "走访记录",
    ("走访",),
)

ISSUES = Sheet(
    "问题台账",
    ("问题", "问题清单", "问题登记", "隐患台账", "问题隐患台账", "问题记录"),
    (
        _col("number", "编号", cells.code, "问题编号 序列号 案件编号 流水号", required=True),
        _col("at", "上报时间", cells.moment, "时间 发现时间 上报日期 发生时间 日期", required=True),
        _col("source", "来源", _SOURCE, "问题来源 信息来源 渠道"),
        _col("kind", "类别", cells.word, "问题类别 问题类型 类型", required=True),
        _col("_kind_code", "国标代码", cells.word, "代码 类别代码 国标编码"),
        _col("address", "事发位置", cells.text, "位置 地址 地点 事发地点 事发地址 发生地址 发生位置"),
        _col("shop", "商铺编号", cells.code, _SHOP),
        *_position(),
        _col("reporter", "上报人", cells.short_word, "发现人 报告人 登记人 上报人员"),
        _col("description", "描述", cells.text, "问题描述 情况描述 内容 问题内容"),
        _col("limit_hours", "处置时限(小时)", cells.amount, "处置时限 时限 办理时限 时限小时"),
        _col("closed_at", "办结时间", cells.moment, "办结日期 结案时间 完成时间 处置完成时间", strict=True),
        _col("note", "备注", cells.text, "说明"),
    ),
    ("number",),
    "问题台账",
    (
        "问题",
        "隐患",
    ),
)

ENQUIRIES = Sheet(
    "咨询台账",
    ("咨询", "咨询记录", "咨询登记", "政策咨询", "政策咨询台账"),
    (
        _col("at", "咨询时间", cells.moment, "时间 日期 咨询日期", required=True),
        _col("shop", "商铺编号", cells.code, _SHOP + " 编号", required=True),
        _col("channel", "渠道", cells.short_word, "咨询渠道 来源 方式"),
        _col("text", "问题", cells.text, "咨询问题 咨询内容 内容", required=True),
        _col("topic", "政策主题", cells.short_word, "主题 类别 咨询主题 政策类别"),
        _col("answer", "答复", cells.text, "答复内容 回复 解答"),
        _col("answered_at", "答复时间", cells.moment, "答复日期 回复时间"),
    ),
    ("shop", "at", "topic"),
    "咨询台账",
    ("咨询",),
)

COUNCILS = Sheet(
    "议事记录",
    ("议事", "议事会记录", "三方议事", "三方议事会", "三方议事会记录", "议事台账"),
    (
        _col("held_at", "时间", cells.moment, "议事时间 日期 会议时间", required=True),
        _col("venue", "地点", cells.text, "会议地点 议事地点"),
        _col("issue", "问题编号", cells.code, "编号 案件编号", required=True),
        _col("attendees", "参加人员", cells.text, "参会人员 参加人 出席人员"),
        _col("survey", "现场勘查", cells.text, "勘查 勘察情况 现场勘察"),
        _col("root_cause", "症结", cells.text, "问题症结 原因"),
        _col("claims", "各方诉求", cells.text, "诉求"),
        _col("agreement", "方案", cells.text, "协议 解决方案 议定方案"),
        _col("fulfil_by", "履约期限", cells.any_moment, "期限 完成期限 履行期限"),
        _col("result", "结果", cells.text, "议事结果 会议结果"),
    ),
    ("issue", "held_at"),
    "三方议事会记录",
    ("议事",),
)

PLACES = Sheet(
    "点位",
    ("公共点位", "点位表", "点位台账", "点位信息", "重点点位"),
    (
        _col("code", "点位编号", cells.code, "编号 点位编码 编码", required=True),
        _col("name", "名称", cells.text, "点位名称 点位 位置", required=True),
        _col("kind", "类型", cells.short_word, "点位类型 类别"),
        *_position(),
        _col("responsible_unit", "责任单位", cells.text, "单位 主责单位 管理单位"),
        _col("note", "备注", cells.text, "说明"),
    ),
    ("code",),
    "公共点位",
    ("点位",),
)

REGISTER = Sheet(
    "责任主体",
    ("责任主体登记", "责任主体表", "责任主体台账", "责任单位"),
    (
        _col("street", "路名", cells.short_word, "道路 街道 马路 路段", required=True),
        _col("number_from", "起号", cells.count, "起始号 门牌起 起始门牌", required=True),
        _col("number_to", "止号", cells.count, "终止号 门牌止 终止门牌", required=True),
        _col("side", "单双号", _SIDE, "单双 侧 单/双"),
        _col("building", "楼栋", cells.text, "楼宇 楼栋名称 建筑"),
        _col("residents_committee", "居委会", cells.text, "居委 所属居委会"),
        _col("property_company", "物业公司", cells.text, "物业 物业服务企业"),
        _col("duty_phone", "物业值班电话", cells.phone, "值班电话 物业电话 联系电话"),
        _col("owners_committee", "业委会", cells.text, "业主委员会"),
        _col("note", "备注", cells.text, "说明"),
    ),
    ("street", "number_from", "number_to", "side"),
    "责任主体登记",
    ("责任主体",),
)

TICKETS = Sheet(
    "12345工单",
    ("工单", "12345", "热线工单", "市民热线工单", "工单台账", "12345台账"),
    (
        _col("number", "工单编号", cells.code, "编号 工单号 受理编号 流水号", required=True),
        _col("called_at", "来电时间", cells.moment, "受理时间 时间 来电日期 诉求时间", required=True),
        _col("request", "诉求类型", _REQUEST, "类型 诉求类别 工单类型"),
        _col("text", "诉求内容", cells.text, "内容 诉求 反映内容 工单内容", required=True),
        _col("address", "发生地址", cells.text, "地址 事发地址 事发位置 发生地点 诉求地址"),
        _col("first_contact_due_at", "先行联系时限", cells.any_moment, "首次联系时限 联系时限"),
        _col("limit_days", "办理时限(工作日)", cells.count, "办理时限 时限 办结时限 工作日"),
        _col("unit", "承办单位", cells.text, "单位 主办单位 办理单位"),
        _col("state", "状态", _TICKET_STATE, "工单状态 办理状态"),
        _col("is_repeat", "是否重复", cells.yes_no, "重复 重复工单 是否重复件"),
    ),
    ("number",),
    "12345工单",
    ("工单", "12345"),
)

SHEETS: tuple[Sheet, ...] = (SHOPS, VISITS, ISSUES, ENQUIRIES, COUNCILS, PLACES, REGISTER)
"""In the order of the office's form."""
ALL_SHEETS: tuple[Sheet, ...] = (*SHEETS, TICKETS)
"""With the hotline's orders, which come in a workbook of their own."""
READING_ORDER: tuple[Sheet, ...] = (SHOPS, PLACES, REGISTER, VISITS, ISSUES, ENQUIRIES, COUNCILS, TICKETS)
"""What others point to comes first."""
BY_NAME = {sheet.name: sheet for sheet in ALL_SHEETS}
ROW_TITLE, ADVICE_TITLE = "原行号", "要做什么"
"""Columns that a workbook of rejected rows has beside the office's own."""
EXPORTED_TITLE = "底本（程序用，勿改）"
"""The hidden last column of an export."""
IGNORED_TITLES = frozenset({"序号", "NO", "NO.", "行号", "编序", ROW_TITLE, ADVICE_TITLE})
"""Columns that say nothing and are not reported as unknown."""
