/** What one needs a moment after the map: details, the popover and its lists, names under the mouse. */
import { DetailView } from "./panel/detail.js";
import { SegmentList } from "./panel/segment-list.js";
import { SegmentReports } from "./panel/segment-reports.js";
import { Popover } from "./popover.js";
import { Tooltip } from "./tooltip.js";

/**
 * @param {object} page app, filters, router, rows, sheet; `showPosition(lon, lat, selection)`, `pickSegment(item)`
 * @returns {{detail: DetailView, popover: Popover, reports: SegmentReports, segments: SegmentList}}
 */
export function makeAside({ app, filters, router, rows, sheet, showPosition, pickSegment }) {
  const reports = new SegmentReports(app, rows);
  const list = (title, issues) => {
    reports.show(title, issues);
    sheet.raise("half");
  };
  const popover = new Popover(app, {
    onReports: (item, issues) => list(item.props.label ?? "所选路段", issues),
    kind: () => (filters.kinds.length === 1 ? filters.kinds[0] : ""),
  });
  const segments = new SegmentList(app, rows, (item) => {
    const [lat, lon] = app.latLngOf(item);
    sheet.set("low");
    app.viewport.reveal(lon, lat, 17);
    pickSegment(item);
  });
  new Tooltip(app);
  return { detail: new DetailView({ app, router, onPosition: showPosition }), popover, segments, list };
}
