/** Pins that would cover each other: two or three stand aside on a leader, more become one cluster. */
const NEAR_PX = 24;
const CLUSTER_GAP_PX = 34;
const MAX_ON_LEADERS = 3;
const LEADER_RADII = [30, 38, 44];
const PIN_HALF = 14;

const TURNS = Array.from({ length: 12 }, (_, i) => {
  const angle = (Math.PI * 2 * ((i * 5) % 12)) / 12 + 0.3;
  return [Math.cos(angle), Math.sin(angle)];
});

/** Points by square, for looking up neighbours no farther than one square. */
class Grid {
  constructor(cell, points = []) {
    this.cell = cell;
    this.map = new Map();
    points.forEach((point) => this.add(point));
  }

  #key(x, y) {
    return Math.floor(x / this.cell) * 100003 + Math.floor(y / this.cell);
  }

  add(point) {
    const key = this.#key(point.x, point.y);
    const list = this.map.get(key);
    if (list) list.push(point);
    else this.map.set(key, [point]);
  }

  remove(point) {
    const list = this.map.get(this.#key(point.x, point.y));
    list.splice(list.indexOf(point), 1);
  }

  /** Call `visit` for every point in the nine squares around; stop when it returns true, and say so. */
  some(x, y, visit) {
    for (let dx = -1; dx <= 1; dx += 1) {
      for (let dy = -1; dy <= 1; dy += 1) {
        const list = this.map.get(this.#key(x + dx * this.cell, y + dy * this.cell));
        if (list?.some(visit)) return true;
      }
    }
    return false;
  }
}

/** Group points around the first of each neighbourhood; the order of the points decides, so it must be stable. */
function gather(points, distance) {
  const grid = new Grid(distance, points);
  const taken = new Set();
  const groups = [];
  for (const seed of points) {
    if (taken.has(seed)) continue;
    const members = [];
    grid.some(seed.x, seed.y, (other) => {
      if (!taken.has(other) && isNear(other, seed.x, seed.y, distance)) members.push(other);
    });
    members.forEach((member) => taken.add(member));
    groups.push(members);
  }
  return groups;
}

const isNear = (point, x, y, distance) => (point.x - x) ** 2 + (point.y - y) ** 2 < distance ** 2;

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

/** Clusters take in what lies too near to them, single points and other clusters, until nothing does. */
function takeIn(clusters, singles, taken) {
  if (!clusters.length) return [];
  const grid = new Grid(CLUSTER_GAP_PX, [...clusters, ...singles]);
  const done = new Set(clusters);
  const waiting = [...clusters];
  while (waiting.length) {
    const cluster = waiting.shift();
    if (!done.has(cluster)) continue;
    const near = [];
    grid.some(cluster.x, cluster.y, (other) => {
      if (other !== cluster && isNear(other, cluster.x, cluster.y, CLUSTER_GAP_PX)) near.push(other);
    });
    if (!near.length) continue;
    const merged = combine([cluster, ...near]);
    for (const one of [cluster, ...near]) {
      grid.remove(one);
      if (!done.delete(one)) taken.add(one);
    }
    grid.add(merged);
    done.add(merged);
    waiting.push(merged);
  }
  return [...done];
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
  const groups = gather(
    points.filter((p) => !p.item.props.cluster),
    NEAR_PX,
  );
  const few = groups.filter((members) => members.length <= MAX_ON_LEADERS);
  const many = groups.filter((members) => members.length > MAX_ON_LEADERS).map(clusterOf);
  const given = points.filter((p) => p.item.props.cluster);
  const taken = new Set();
  const clusters = takeIn([...many, ...given], few.flat(), taken);
  const covers = (pin) => reserved.some((point) => isNear(point, pin.x, pin.y, NEAR_PX));
  const pins = new Set();
  const waiting = [];
  for (const members of few) {
    const left = members.filter((member) => !taken.has(member));
    left.forEach((member, i) => (i || covers(member) ? waiting.push(member) : pins.add(member)));
  }
  const standing = new Grid(NEAR_PX + 4, [...pins, ...clusters, ...reserved]);
  const joined = new Set(clusters);
  for (const point of waiting) {
    const spot = aside(point, standing, frame);
    if (spot) {
      const pin = { ...point, x: spot[0], y: spot[1], door: [point.x, point.y] };
      pins.add(pin);
      standing.add(pin);
    } else join(point, pins, joined, standing);
  }
  return { pins: [...pins], clusters: [...joined] };
}

/** No room for a leader: it joins what stands nearest, as a cluster. */
function join(point, pins, clusters, standing) {
  let host = null;
  let best = Infinity;
  standing.some(point.x, point.y, (other) => {
    const distance = Math.hypot(other.x - point.x, other.y - point.y);
    if (other.item && distance < best) [host, best] = [other, distance];
  });
  if (!host) {
    pins.add(point);
    standing.add(point);
    return;
  }
  const merged = combine([host, point]);
  pins.delete(host);
  clusters.delete(host);
  standing.remove(host);
  clusters.add(merged);
  standing.add(merged);
}

function aside(point, standing, frame) {
  for (const radius of LEADER_RADII) {
    for (const [cos, sin] of TURNS) {
      const [x, y] = [point.x + radius * cos, point.y + radius * sin];
      const blocked = standing.some(x, y, (other) => isNear(other, x, y, NEAR_PX + 4));
      if (!blocked && frame.boxes.isFree(x - PIN_HALF, y - PIN_HALF, x + PIN_HALF, y + PIN_HALF)) return [x, y];
    }
  }
  return null;
}
