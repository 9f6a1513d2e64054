/** What the map and the list are narrowed to; lives in the address, so that a view can be sent to a colleague. */
const NAMES = ["kind", "state", "source", "worker", "since", "until", "part"];

export const SOURCES = {
  patrol: "巡查",
  visit: "走访",
  resident: "居民",
  merchant: "商户",
  hotline: "12345",
  card: "联心卡",
  app: "随手记",
};
export const STATES = {
  reported: "待受理",
  self_correcting: "自行整改",
  dispatched: "立案派遣",
  handling: "处理中",
  verifying: "核查",
  suspended: "挂账",
  overdue: "超时",
  follow_up: "待回访",
  closed: "结案",
  all: "全部",
};

export class Filters extends EventTarget {
  constructor() {
    super();
    this.read(location.search);
  }

  /** Take the values of an address. */
  read(search) {
    const params = new URLSearchParams(search);
    this.values = Object.fromEntries(NAMES.map((name) => [name, params.get(name) ?? ""]));
  }

  /** Values by name, for a request. */
  get all() {
    return this.values;
  }

  /** Kinds that are chosen; empty means all. @returns {string[]} */
  get kinds() {
    return this.values.kind ? this.values.kind.split(",") : [];
  }

  /** How many of the filters in the drawer are set. */
  get count() {
    return ["state", "source", "worker"].filter((name) => this.values[name]).length;
  }

  /** Whether fewer matters are shown; the part of the day narrows only how long ago streets were walked. */
  get isActive() {
    return NAMES.some((name) => name !== "part" && this.values[name]);
  }

  /** @param {object} changes */
  set(changes) {
    const before = JSON.stringify(this.values);
    Object.assign(this.values, changes);
    if (JSON.stringify(this.values) !== before) this.dispatchEvent(new Event("change"));
  }

  toggleKind(code) {
    const chosen = new Set(this.kinds);
    if (!chosen.delete(code)) chosen.add(code);
    this.set({ kind: [...chosen].sort().join(",") });
  }

  clear() {
    this.set(Object.fromEntries(NAMES.map((name) => [name, ""])));
  }

  /** Write the values into a query. @param {URLSearchParams} params */
  write(params) {
    for (const name of NAMES) {
      if (this.values[name]) params.set(name, this.values[name]);
      else params.delete(name);
    }
    return params;
  }
}
