/** What the words typed speak of: a kind of issue, a topic. The longest word wins; what is over or denied does not count. */

/** Said at a door, but in no list of names. */
const SPOKEN = {
  L0001: "滴水 渗水 渗漏 漏得 又漏 漏了 返潮",
  "06010": "垃圾没人清 垃圾堆 一堆垃圾 乱扔垃圾",
  "06011": "装修垃圾 建筑垃圾 渣土",
  "06036": "堆东西 堆满 堆了 杂物",
  "06042": "桶满 垃圾桶满 满出来",
  "09005": "摆到外面 摆出来 占到人行道",
  "09006": "流动摊 摆摊",
  L0002: "吵架 吵起来 扯皮",
  L0003: "油烟 异味 味道大 呛人",
  L0004: "乱停车 堵门 堵住门口",
  L0005: "灭火器 消防通道 安全出口",
  L0006: "单车 电瓶车乱停 电瓶车停",
  L0007: "噪音 太吵 吵得 吵死",
  L0010: "飞线 拉线充电 室内充电",
  L0011: "煤气味 漏气 煤气罐 液化气",
  L0012: "招牌松 招牌要掉 招牌晃",
  L0013: "积水 下水堵 下水道堵",
  L0014: "路灯不亮 井盖 路灯坏",
};
const SOFTER = { "06010": "垃圾", L0001: "漏" };
const BREAK = /[。！？；，、,.!?;\n]/;
const DENIED = /(?:不|没|没有|未|不再|没再|没有再|未再|不会|不会再|不怎么|没怎么|别)$/;
const OVER =
  /^(?:了|的|水)?(?:那个|的?(?:问题|事情|事儿?|地方|毛病))?(?:已经|都|也|全|全都|终于|早就)*(?:修好|修复|好了|解决|处理好|处理完|弄好|搞好|清走|清掉|清完|清干净|清理干净|没了|没有了|停了|换好|补好|搬走|拿走|不再|不漏|不滴|不渗)/;
const OVER_NEXT = /^(?:现在|后来|昨天|上周|今天|已经|都|也|全|全都|终于|早就|不过|但是?)*(?:修好|修复|好了|解决|处理好|弄好|清走|清掉|清干净|不漏|不滴|不渗|没再|不再)/;

const fold = (text) => text.normalize("NFKC").replace(/\s+/g, "").toUpperCase();

/** The clauses of a text, so that what is denied in one is not denied in the next. */
const clauses = (text) => fold(text.replace(/\n/g, "。")).split(BREAK).filter(Boolean);

function stands(clause, word, next) {
  for (let at = clause.indexOf(word); at >= 0; at = clause.indexOf(word, at + 1)) {
    const rest = clause.slice(at + word.length);
    if (!DENIED.test(clause.slice(0, at)) && !OVER.test(rest) && !(rest.length < 3 && OVER_NEXT.test(next))) return true;
  }
  return false;
}

/** @param {string[]} parts @param {string} word */
const speaksOf = (parts, word) => parts.some((clause, i) => stands(clause, word, parts[i + 1] ?? ""));

/**
 * @param {string} text @param {[string, string][]} table word and what it means, in order of rank
 * @returns {string | null} what the longest word that stands in the text means; of equal ones the first in the table
 */
function longest(text, table) {
  const parts = clauses(text);
  let found = null;
  for (const [word, means] of table) if (word.length > (found?.[0].length ?? 0) && speaksOf(parts, word)) found = [word, means];
  return found?.[1] ?? null;
}

const wordsOf = (text) => (text ? text.split(" ") : []);
const tableOf = (things, key, spoken = {}) =>
  things.flatMap((thing) =>
    [...new Set([thing.name, thing.short_name, ...(thing.words ?? []), ...wordsOf(spoken[thing[key]])])]
      .filter((word) => word && word.length > 1 && thing.name !== "其他")
      .map((word) => [fold(word), thing[key]]),
  );

/**
 * The kind of issue that a text speaks of.
 * @param {string} text @param {{code: string, name: string, short_name?: string, words?: string[]}[]} kinds
 * @returns {string | null} its code
 */
export function kindOf(text, kinds) {
  const sure = longest(text, tableOf(kinds, "code", SPOKEN));
  if (sure) return sure;
  const softer = kinds.filter((kind) => SOFTER[kind.code]).map((kind) => [SOFTER[kind.code], kind.code]);
  return longest(text, softer);
}

/** @param {string} text @param {{name: string, words?: string[]}[]} topics @returns {string | null} name of the topic a text speaks of */
export const topicOf = (text, topics) => longest(text, tableOf(topics, "name"));

/** What shops of a trade ask for, the likeliest first. */
const BY_TRADE = [
  [/餐|饮|食|小吃|面|饭|茶|咖啡|烘焙|熟食|水果|生鲜|果蔬/, ["证照办理", "外摆店招", "垃圾清运", "消防安全"]],
  [/理发|美发|美容|美甲|足|按摩|洗/, ["社保用工", "水电煤", "房租租约", "证照办理"]],
  [/五金|建材|汽|修|装饰|家纺|家具|百货|超市|便利/, ["装卸停车", "外摆店招", "房租租约", "证照办理"]],
  [/药|诊|教育|培训|托/, ["证照办理", "社保用工", "消防安全", "补贴融资"]],
  [/房产|中介|快递|物流/, ["居住证积分", "装卸停车", "社保用工", "子女入学"]],
];
const USUAL = ["子女入园", "居住证积分", "证照办理", "外摆店招"];

/**
 * The topics to offer at a door. What is chosen or suggested takes the last places: nothing else moves under the finger.
 * @param {string | null} trade @param {{name: string}[]} topics @param {(string | null)[]} wanted stay among them
 * @returns {string[]} four names at most
 */
export function likelyTopics(trade, topics, wanted = []) {
  const known = topics.map((topic) => topic.name);
  const ranked = [...(BY_TRADE.find(([pattern]) => pattern.test(trade ?? ""))?.[1] ?? USUAL), ...USUAL, ...known];
  const four = [...new Set(ranked)].filter((name) => known.includes(name) && name !== "其他").slice(0, 4);
  const more = [...new Set(wanted)].filter((name) => name && !four.includes(name));
  const rest = four.filter((name) => !wanted.includes(name)).slice(0, four.length - (wanted.filter((name) => four.includes(name)).length + more.length));
  return [...four.filter((name) => wanted.includes(name) || rest.includes(name)), ...more];
}
