/** The closed registry of draw kinds: one painter each. `rank` is the right to a place, `z` the order of drawing. */
import * as area from "./area.js";
import * as hotspots from "./hotspots.js";
import * as issues from "./issues.js";
import * as labels from "./labels.js";
import * as line from "./line.js";
import * as outline from "./outline.js";
import * as patches from "./patches.js";
import * as pavements from "./pavements.js";
import * as places from "./places.js";
import * as points from "./points.js";
import * as routes from "./routes.js";
import * as shops from "./shops.js";
import * as streets from "./streets.js";

/**
 * A painter may have
 * - `base(frame, view, app)` and `marks(frame, view, app)`: draw on the lower and upper canvas, ordered by `z` of the part;
 * - `layout(frame, view, app)`: decide positions and claim room, ordered by `rank`;
 * - `isNames`: its layout and marks are names, which may come a frame after everything else;
 * - `hit(frame, view, x, y)`: the feature under a point and its distance in pixels.
 */
export const PAINTERS = { area, hotspots, issues, labels, line, outline, patches, pavements, places, points, routes, shops, streets };
