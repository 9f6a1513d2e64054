/** Where a stop is or goes: with whom, as which one. */

const rowsOf = (route) => [...route.querySelectorAll(".stop")];

/** Everybody's section, in the order of the page. */
export const routesOf = () => [...document.querySelectorAll("details.route")];

/** @param {Element} row a stop, or what was left out */
export function spotOf(row) {
  const route = row.closest("details.route");
  return route ? { route, position: rowsOf(route).indexOf(row) + 1 } : { route: null, position: 0 };
}

/** How many stops a walk has once `row` is in it. */
export const roomIn = (route, row) => rowsOf(route).filter((other) => other !== row).length + 1;

/** Show where `row` would go: put it there in the list. */
export function place(row, route, position) {
  const list = route.querySelector("ol");
  const others = rowsOf(route).filter((other) => other !== row);
  if (position > others.length) list.append(row);
  else others[position - 1].before(row);
}
