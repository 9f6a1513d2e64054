/** Pins that would cover each other: two or three stand aside on a leader, more become one cluster. */
const NEAR_PX = 24;
const CLUSTER_GAP_PX = 34;
const MAX_ON_LEADERS = 3;
const LEADER_RADII = [30, 38, 44];
const PIN_HALF = 14;

class Grid {
  constructor(cell) {
    this.cell = cell;
    this.map = new Map();
  }
  #key = (x, y) => Math.floor(x / this.cell) * 100003 + Math.floor(y / this.cell);
  add(point) {
    const key = this.#key(point.x, point.y);
    if (this.map.has(key)) this.map.get(key).push(point);
    else this.map.set(key, [point]);
  }
  *near(x, y) {
    for (let dx = -1; dx <= 1; dx += 1) for (let dy = -1; dy <= 1; dy += 1) yield* this.map.get(this.#key(x + dx * this.cell, y + dy * this.cell)) ?? [];
  }
}

/** Group points around the first of each neighbourhood; the order of the points decides, so it must be stable. */
function gather(points, distance) {
  const grid = new Grid(distance);
  points.forEach((point) => grid.add(point));
  const taken = new Set();
  const groups = [];
  for (const seed of points) {
    if (taken.has(seed)) continue;
    const members = [];
    for (const other of grid.near(seed.x, seed.y)) {
      if (!taken.has(other) && Math.hypot(other.x - seed.x, other.y - seed.y) < distance) members.push(other);
    }
    members.forEach((member) => taken.add(member));
    groups.push(members);
  }
  return groups;
}

const weight = (point) => point.item.props.point_count ?? 1;

function clusterOf(members) {
  const count = members.reduce((sum, m) => sum + weight(m), 0);
  const kinds = {};
  for (const { item } of members) {
    for (const [code, n] of Object.entries(item.props.kinds ?? { [item.props.kind]: 1 })) kinds[code] = (kinds[code] ?? 0) + n;
  }
  const x = members.reduce((sum, m) => sum + m.x * weight(m), 0) / count;
  const y = members.reduce((sum, m) => sum + m.y * weight(m), 0) / count;
  const id = `near:${members[0].item.id}`;
  return { x, y, item: { id, props: { cluster: true, point_count: count, kinds }, members: members.map((m) => m.item) } };
}

/** Merge what still overlaps, once clusters have their size. */
function settle(singles, clusters) {
  let [alone, groups] = [singles, clusters];
  for (let round = 0; round < 3; round += 1) {
    const merged = [];
    const left = [];
    for (const members of gather([...groups, ...alone], CLUSTER_GAP_PX)) {
      if (members.length > 1 && members.some((m) => m.item.props.cluster)) merged.push(combine(members));
      else for (const member of members) (member.item.props.cluster ? merged : left).push(member);
    }
    const done = merged.length === groups.length && left.length === alone.length;
    [alone, groups] = [left, merged];
    if (done) break;
  }
  return [alone, groups];
}

function combine(members) {
  const out = clusterOf(members);
  out.item.members = members.flatMap((m) => m.item.members ?? (m.item.props.cluster ? [] : [m.item]));
  const expand = members.map((m) => m.item.props.expand_zoom).filter(Boolean);
  if (expand.length) out.item.props.expand_zoom = Math.max(...expand);
  return out;
}

/**
 * @param {{x: number, y: number, item: object}[]} points in a stable order
 * @param {object} frame
 * @param {{x: number, y: number}[]} reserved points that no pin may cover
 * @returns {{pins: object[], clusters: object[]}} pins carry `x, y` and, on a leader, `door: [x, y]`
 */
export function declutter(points, frame, reserved = []) {
  const groups = gather(points.filter((p) => !p.item.props.cluster), NEAR_PX);
  const few = groups.filter((members) => members.length <= MAX_ON_LEADERS);
  const many = groups.filter((members) => members.length > MAX_ON_LEADERS).map(clusterOf);
  const given = points.filter((p) => p.item.props.cluster);
  const [alone, clusters] = settle(few.flat(), [...many, ...given]);
  const pins = [];
  const waiting = [];
  const covers = (pin) => reserved.some((point) => Math.hypot(point.x - pin.x, point.y - pin.y) < NEAR_PX);
  for (const members of gather(alone, NEAR_PX)) {
    members.forEach((member, i) => (i || covers(member) ? waiting : pins).push(member));
  }
  const standing = [...pins, ...clusters, ...reserved];
  for (const point of waiting) {
    const spot = aside(point, standing, frame);
    if (spot) {
      const pin = { ...point, x: spot[0], y: spot[1], door: [point.x, point.y] };
      pins.push(pin);
      standing.push(pin);
    } else join(point, pins, clusters, standing);
  }
  return { pins, clusters };
}

/** No room for a leader: the two nearest become a cluster. */
function join(point, pins, clusters, standing) {
  const hosts = standing.filter((one) => one.item);
  if (!hosts.length) {
    pins.push(point);
    return;
  }
  const host = hosts.reduce((a, b) => (Math.hypot(a.x - point.x, a.y - point.y) <= Math.hypot(b.x - point.x, b.y - point.y) ? a : b));
  const merged = combine([host, point]);
  for (const list of [pins, clusters, standing]) {
    const at = list.indexOf(host);
    if (at >= 0) list.splice(at, 1);
  }
  clusters.push(merged);
  standing.push(merged);
}

function aside(point, standing, frame) {
  for (const radius of LEADER_RADII) {
    for (let i = 0; i < 12; i += 1) {
      const angle = (Math.PI * 2 * ((i * 5) % 12)) / 12 + 0.3;
      const [x, y] = [point.x + radius * Math.cos(angle), point.y + radius * Math.sin(angle)];
      const free = standing.every((s) => Math.hypot(s.x - x, s.y - y) > NEAR_PX + 4);
      if (free && frame.boxes.isFree(x - PIN_HALF, y - PIN_HALF, x + PIN_HALF, y + PIN_HALF)) return [x, y];
    }
  }
  return null;
}
