/** Small pictures under what was recorded; the large one opens in a part that is loaded only then. */
import { h } from "../dom.js";

function view(event, photos, at) {
  event.preventDefault();
  const viewer = import("../photo-view.js");
  viewer.then(
    (part) => part.viewPhotos(photos, at),
    () => location.assign(photos[at].url),
  );
}

/** @param {{url: string, taken_at: string}[]} [photos] */
export const shots = (photos = []) =>
  photos.length > 0 &&
  h(
    "p",
    { class: "shots" },
    photos.map((photo, at) =>
      h(
        "a",
        { class: "shot", href: photo.url, "aria-label": `看照片${at + 1}`, onclick: (event) => view(event, photos, at) },
        h("img", { src: `${photo.url}?w=144`, alt: "", loading: "lazy", width: "36", height: "28" }),
      ),
    ),
  );
