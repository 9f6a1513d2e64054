/** From here: which of the remaining stops in which order, by the time that is left. Pure and the same every time; needs no network. */

/** Up to so many stops every order is weighed; beyond it is the best of inserting and exchanging. */
const MOST_EXACT = 13;
const NEVER = Infinity;

/**
 * @typedef {{first: number[], apart: number[][], last: number[], service: number[], points: number[], must: boolean[],
 *   windows: [number, number][][], now: number, finish: number}} Task
 * All times in seconds of the day: `first` from here to each stop, `apart` between the stops, `last` from each to the end; `windows` of a stop are when it may
 * begin, none: at any time; by `finish` one is to be at the end.
 */

/**
 * @param {Task} task @returns {{order: number[], late: number[], ends: number}} order: the stops that fit, as they are walked; late: those that do not, nearest first;
 *   ends: when the end is reached with those that fit
 */
export function replan(task) {
  const order = task.service.length <= MOST_EXACT ? exactly(task) : closely(task);
  return { order, late: nearestFirst(task, order), ends: timed(task, order).ends };
}

/** When a stop can begin that is reached at `at`; never: its hours are over. */
export function beginsAt(windows, at) {
  if (!windows || !windows.length) return at;
  let best = NEVER;
  for (const [from, until] of windows) if (at <= until) best = Math.min(best, Math.max(at, from));
  return best;
}

/** @param {Task} task @param {number[]} order @returns {{begins: number[], ends: number, walked: number, fits: boolean}} */
export function timed(task, order) {
  let at = task.now;
  let walked = 0;
  let here = null;
  const begins = [];
  for (const stop of order) {
    const way = here === null ? task.first[stop] : task.apart[here][stop];
    const begin = beginsAt(task.windows[stop], at + way);
    begins.push(begin);
    at = begin + task.service[stop];
    walked += way;
    here = stop;
  }
  const home = here === null ? 0 : task.last[here];
  return { begins, ends: at + home, walked: walked + home, fits: at + home <= task.finish };
}

/** Whether `a` = [musts, points, seconds, metres' seconds] is better than `b`. */
function isBetter(a, b) {
  for (let i = 0; i < 2; i += 1) if (a[i] !== b[i]) return a[i] > b[i];
  for (let i = 2; i < 4; i += 1) if (Math.abs(a[i] - b[i]) > 1e-6) return a[i] < b[i];
  return false;
}

const worth = (task, order) => [order.filter((i) => task.must[i]).length, order.reduce((sum, i) => sum + task.points[i], 0)];

/** Every set of stops with the earliest time to be through with it: who is earlier anywhere is never later afterwards. */
function exactly(task) {
  const n = task.service.length;
  const size = 1 << n;
  const ends = new Float64Array(size * n).fill(NEVER);
  const walked = new Float64Array(size * n).fill(NEVER);
  const before = new Int8Array(size * n).fill(-1);
  const reach = (set, stop, from, at, so_far, way) => {
    const end = beginsAt(task.windows[stop], at + way) + task.service[stop];
    const place = set * n + stop;
    if (end > ends[place] + 1e-6 || (end > ends[place] - 1e-6 && so_far + way >= walked[place] - 1e-6)) return;
    ends[place] = end;
    walked[place] = so_far + way;
    before[place] = from;
  };
  for (let stop = 0; stop < n; stop += 1) reach(1 << stop, stop, -1, task.now, 0, task.first[stop]);
  let best = [0, 0, task.now, 0];
  let found = null;
  for (let set = 1; set < size; set += 1) {
    const [musts, points] = worthOf(task, set);
    for (let stop = 0; stop < n; stop += 1) {
      const place = set * n + stop;
      if (ends[place] === NEVER) continue;
      const home = ends[place] + task.last[stop];
      const value = [musts, points, home, walked[place] + task.last[stop]];
      if (home <= task.finish && (!found || isBetter(value, best))) [best, found] = [value, [set, stop]];
      for (let next = 0; next < n; next += 1) {
        if (!(set & (1 << next))) reach(set | (1 << next), next, stop, ends[place], walked[place], task.apart[stop][next]);
      }
    }
  }
  return found ? traced(before, n, ...found) : [];
}

function worthOf(task, set) {
  let [musts, points] = [0, 0];
  for (let i = 0; i < task.service.length; i += 1) {
    if (!(set & (1 << i))) continue;
    musts += task.must[i] ? 1 : 0;
    points += task.points[i];
  }
  return [musts, points];
}

function traced(before, n, set, stop) {
  const order = [];
  let here = stop;
  let left = set;
  while (here >= 0) {
    order.unshift(here);
    const from = before[left * n + here];
    left &= ~(1 << here);
    here = from;
  }
  return order;
}

/** What is worth most for its time goes in first, where it costs least; then exchanged and moved until nothing is better. */
function closely(task) {
  let order = filled(task, []);
  for (;;) {
    const shorter = shortened(task, order);
    const next = filled(task, shorter);
    const changed = exchanged(task, next);
    if (!isBetter(valueOf(task, changed), valueOf(task, order))) return order;
    order = changed;
  }
}

function valueOf(task, order) {
  const { ends, walked } = timed(task, order);
  return [...worth(task, order), ends, walked];
}

const put = (order, at, ...stops) => [...order.slice(0, at), ...stops, ...order.slice(at)];

function filled(task, begun) {
  let order = begun;
  for (;;) {
    const base = timed(task, order).ends;
    let best = null;
    for (let stop = 0; stop < task.service.length; stop += 1) {
      if (order.includes(stop)) continue;
      for (let at = 0; at <= order.length; at += 1) {
        const tried = put(order, at, stop);
        const { ends, walked, fits } = timed(task, tried);
        if (!fits) continue;
        const value = [task.must[stop] ? 1 : 0, task.points[stop] / Math.max(ends - base, 1), ends, walked];
        if (!best || isBetter(value, best.value)) best = { value, tried };
      }
    }
    if (!best) return order;
    order = best.tried;
  }
}

/** The same stops in less time: parts turned round (2-opt), one to three moved elsewhere (or-opt). */
function shortened(task, begun) {
  let order = begun;
  for (;;) {
    const better = neighbours(order).find((tried) => {
      const { fits } = timed(task, tried);
      return fits && isBetter(valueOf(task, tried), valueOf(task, order));
    });
    if (!better) return order;
    order = better;
  }
}

function neighbours(order) {
  const found = [];
  for (let i = 0; i < order.length; i += 1) {
    for (let j = i + 1; j < order.length; j += 1) found.push([...order.slice(0, i), ...order.slice(i, j + 1).reverse(), ...order.slice(j + 1)]);
    for (let many = 1; many <= 3 && i + many <= order.length; many += 1) {
      const rest = [...order.slice(0, i), ...order.slice(i + many)];
      for (let at = 0; at <= rest.length; at += 1) if (at !== i) found.push(put(rest, at, ...order.slice(i, i + many)));
    }
  }
  return found;
}

/** One that is in gives way to one that is out, where that is worth more. */
function exchanged(task, order) {
  let best = order;
  for (let at = 0; at < order.length; at += 1) {
    const rest = [...order.slice(0, at), ...order.slice(at + 1)];
    for (let stop = 0; stop < task.service.length; stop += 1) {
      if (order.includes(stop)) continue;
      for (let to = 0; to <= rest.length; to += 1) {
        const tried = put(rest, to, stop);
        if (timed(task, tried).fits && isBetter(valueOf(task, tried), valueOf(task, best))) best = tried;
      }
    }
  }
  return best;
}

function nearestFirst(task, order) {
  const left = task.service.map((_, i) => i).filter((i) => !order.includes(i));
  const found = [];
  let here = order.length ? order[order.length - 1] : null;
  while (left.length) {
    const from = here === null ? task.first : task.apart[here];
    left.sort((a, b) => from[a] - from[b] || a - b);
    here = left.shift();
    found.push(here);
  }
  return found;
}
