"""台账: the page that leads to import, data quality, export, patches, jobs and accounts."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from mapsvc.domain.permissions import Action, may
from mapsvc.web.context import actor

blueprint = Blueprint("ledger", __name__)


@dataclass(frozen=True)
class Room:
    """A page of the office, for those who may do its action; no title: patches, called as the office calls them."""

    url: str
    title: str
    about: str
    action: Action


ROOMS = (
    Room("/alerts", "早发现", "哪里突然多了、好了又来：为什么提醒，依据是哪些上报，接下来怎么办。", Action.SEE_ALERTS),
    Room(
        "/hotspots",
        "问题分布",
        "哪一段比平时多、怎么变的、试过什么；换类别和时间窗，投屏，导出表格和图。",
        Action.SEE_MAP,
    ),
    Room("/needs", "诉求", "店家说的事：怎么办、谁办、哪天回话；办好了没告诉店主的。", Action.WORK_CASE),
    Room("/silent", "沉默商户", "见过三次、一年没开过口的店，还能怎么试；街区的开口率。", Action.WORK_CASE),
    Room("/playbooks", "治理样板", "办成过的做法写成步骤：改、导出、导入，看用过的结果。", Action.SEE_MAP),
    Room("/context-events", "诱因和关注", "撤桶、装修、施工；哪些地方正在关注，到几时。", Action.SEE_MAP),
    Room("/notices", "贴着的提示", "贴在哪里、到几时；过了日子的该撤下。", Action.SEE_MAP),
    Room("/cards", "联心卡", "哪家有卡、哪家要做；十张一页印出来，停用、补办，换书记的微信码。", Action.MAKE_CARDS),
    Room("/street-sheets", "办结公示", "一段时间办好了什么，印一张贴出去；没有人名、店名、门牌。", Action.SEE_CAMPAIGN),
    Room("/admin/import", "导入台账", "上传工作簿，先看会改什么，再决定导入；导错了可以撤销。", Action.IMPORT_LEDGER),
    Room("/admin/field", "手机文件", "手机传不上来的记录，从手机导出的文件里导入。", Action.IMPORT_LEDGER),
    Room(
        "/admin/quality",
        "数据质量",
        "一字不差的走访、没见面却有的满意度、沉默的门，点数字看是哪些行。",
        Action.IMPORT_LEDGER,
    ),
    Room("/admin/export", "导出", "导出同样格式的工作簿，在表格里改好再导回来；也可以导出图层。", Action.EXPORT),
    Room(
        "/admin/origin",
        "来沪经营的合计",
        "满十户才显示的合计；这两项用不着，可以全部删掉。",
        Action.SEE_ORIGIN_SUMS,
    ),
    Room("/admin/patches", "", "现在和以前的片区版本；上传新的，写明从哪天起算。", Action.EDIT_PATCHES),
    Room("/admin/register", "责任主体", "哪些门牌归哪个居委会、哪家物业管；照街面改。", Action.EDIT_REGISTER),
    Room("/admin/limits", "办理时限", "每类问题给多少时间，按什么日历算；改过的能恢复出厂。", Action.EDIT_LIMITS),
    Room("/admin/calendar", "工作日历", "哪天上班、哪天休息；本单位和国家放假安排不一样的日子。", Action.EDIT_LIMITS),
    Room("/admin/handover", "顶班、交接", "一个人的门全部交给另一个人，几天或长期；能撤销。", Action.ARRANGE_COVER),
    Room("/admin/people", "账号", "谁能登录、是什么角色；发一次性登录链接。", Action.MANAGE_ACCOUNTS),
    Room("/admin/jobs", "后台任务", "导入、发布和备份做到哪了。", Action.RUN_SERVICE),
)


@blueprint.get("/ledger")
def index() -> str:
    """The rooms this person may enter."""
    who = actor()
    rooms = [room for room in ROOMS if may(who, room.action, who.person_id)]
    return render_template("ledger.html", tab="ledger", rooms=rooms)
