/** A sheet over the door it is about: 今日 lies below, both go together. */
import { go } from "./router.js";
import { render as renderToday } from "./today-view.js";

/**
 * @param {HTMLElement} root @param {{day: object | null, params: {code: string}}} about
 * @param {(day: object, door: object, entryId: string | null) => {open: () => void, leave: () => void}} make entryId: of the record that is to be changed
 * @returns {(() => void) | void} cleans up
 */
export function overDoor(root, { day, params }, make) {
  const below = renderToday(root, { day, params });
  const door = day?.doors[params.code];
  if (!door) {
    if (day) go("/today", { replace: true });
    return below;
  }
  const sheet = make(day, door, new URLSearchParams(location.search).get("entry"));
  sheet.open();
  return () => {
    sheet.leave();
    below?.();
  };
}
