"""Topics of needs and enquiries: no pins, but what is asked for and when."""

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Topic:
    """A topic with an example and the words that point to it."""

    name: str
    example: str
    words: tuple[str, ...]


def _topic(name: str, example: str, words: str) -> Topic:
    return Topic(name, example, tuple(words.split()))


OTHER = "其他"
TOPICS: tuple[Topic, ...] = (
    _topic("证照办理", "营业执照变更、食品许可", "执照 许可 证照 备案 法人变更 注册"),
    _topic("子女入园", "明年上幼儿园要什么条件", "幼儿园 入园 托班 上幼"),
    _topic("子女入学", "小学报名", "入学 小学 初中 转学 学区"),
    _topic("居住证积分", "居住证怎么办", "居住证 积分 落户"),
    _topic("社保用工", "给帮工交社保", "社保 帮工 用工 招工 招不到 公积金 工伤"),
    _topic("房租租约", "房东涨租", "房租 租约 涨租 房东 租金 押金 转租"),
    _topic("客流经营", "生意清淡", "生意 客流 清淡 人流"),
    _topic("补贴融资", "小微贷款、补贴", "贷款 补贴 融资 减税 税 消费券"),
    _topic("装卸停车", "卸货没地方停", "卸货 装货 停车 没地方停 车位"),
    _topic("外摆店招", "想换招牌、能不能外摆", "店招 招牌 外摆 门头 设摊"),
    _topic("垃圾清运", "桶太远", "垃圾 清运 撤桶 湿垃圾"),
    _topic("水电煤", "跳闸、水压", "跳闸 水压 停电 停水 煤气 燃气 滴水 漏水 渗水 路灯"),
    _topic("消防安全", "检查要准备什么", "消防 灭火器 烟感"),
    _topic(OTHER, "", ""),
)
NAMES: tuple[str, ...] = tuple(topic.name for topic in TOPICS)


@lru_cache(maxsize=4096)
def topic_of(text: str) -> str:
    """The topic a text speaks of: its own name, else the one with the longest word in it, else 其他."""
    bare = "".join(text.split())
    if bare in NAMES:
        return bare
    found = [(-len(word), n, topic.name) for n, topic in enumerate(TOPICS) for word in topic.words if word in bare]
    return min(found)[2] if found else OTHER
