"""Ways out of a council without agreement: what each is, and what to bring."""

from dataclasses import dataclass
from enum import StrEnum


class WayOut(StrEnum):
    """Where a matter goes on that the council could not settle."""

    MEDIATION = "mediation"
    THREE_OFFICES = "three_offices"
    LITIGATION = "litigation"


WAY_OUT_NAMES: dict[WayOut, str] = {
    WayOut.MEDIATION: "人民调解",
    WayOut.THREE_OFFICES: "三所联动",
    WayOut.LITIGATION: "诉讼指引",
}


@dataclass(frozen=True)
class Guide:
    """What a way out is, and what to bring; short enough for one sheet."""

    meaning: str
    bring: tuple[str, ...]
    then: str


GUIDES: dict[WayOut, Guide] = {
    WayOut.MEDIATION: Guide(
        "由街道人民调解委员会主持，再谈一次。不收费，双方自愿；谈成了签人民调解协议书，可以在三十日内一起到法院申请司法确认。",
        (
            "身份证；商户带营业执照和租赁合同",
            "房产证或能说明是业主的材料",
            "现场照片、勘查记录",
            "修理和损失的票据、报价单",
        ),
        "调解委员会排好时间会通知各方；有了结果，案件接着办。",
    ),
    WayOut.THREE_OFFICES: Guide(
        "由派出所、司法所和律师事务所一起接手：有冲突苗头的先稳住，能调的调，要打官司的由律师讲清楚。",
        ("身份证；商户带营业执照和租赁合同", "事情经过，写成一页", "现场照片、录音录像", "报过警的带报警回执"),
        "派出所或司法所会约各方见面；有了结果，案件接着办。",
    ),
    WayOut.LITIGATION: Guide(
        "谈不拢可以到法院起诉。起诉是各自的权利，街区不替任何一方打官司，只说明怎么走；经济困难的可以申请法律援助。",
        (
            "起诉状，被告有几个就多带几份",
            "身份证；商户带营业执照和租赁合同",
            "证据：照片、勘查记录、票据、报价单",
            "议事会的记录，可以在这里打印",
        ),
        "房屋渗漏一般由房屋所在地的基层法院管；身体伤害、财产损失的诉讼时效一般是三年。有了结果请告诉街区，案件接着办。",
    ),
}
