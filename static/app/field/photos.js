/** Photos of the field: made small on the phone, which also leaves behind what the camera wrote into them. */
import { h, swap } from "../dom.js";
import { iso, now } from "./clock.js";
import { glyph } from "./parts.js";
import { uuid } from "./uuid.js";

const LONGEST_PX = 1600;
const QUALITY = 0.8;
/** As many as the office takes with one record. */
const MOST = 12;
const UNREADABLE = "这张打不开，可能是 HEIC 格式。在相机设置里改成“兼容性最佳”（JPEG）再拍，或者把它截个图再选。";

function load(url) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error(UNREADABLE));
    image.src = url;
  });
}

/**
 * @param {File} file as the camera gave it @returns {Promise<{id: string, taken_at: string, blob: Blob}>} a JPEG of 1600 px at most, upright
 * @throws {Error} in words for the person, when the browser cannot read it
 */
export async function shrink(file) {
  const url = URL.createObjectURL(file);
  try {
    // An <img> is turned upright by the browser; the canvas keeps the pixels and nothing else.
    const image = await load(url);
    const scale = Math.min(1, LONGEST_PX / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = h("canvas", { width: Math.max(1, Math.round(image.naturalWidth * scale)), height: Math.max(1, Math.round(image.naturalHeight * scale)) });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    if (!blob) throw new Error(UNREADABLE);
    return { id: uuid(), taken_at: iso(now()), blob };
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * The button for the camera or the album, and what was taken so far.
 * @param {{photos: {id: string, taken_at: string, blob: Blob}[], changed: (photos: object[]) => void, asked: (open: boolean) => void}} about
 *   asked: the camera opens (true) or has come back (false)
 * @returns {HTMLElement}
 */
export function photoField({ photos, changed, asked }) {
  const shown = h("ul", { class: "thumbs" });
  const problem = h("p", { class: "error", role: "alert" });
  let urls = [];
  const draw = () => {
    urls.forEach((url) => URL.revokeObjectURL(url));
    urls = photos.map(({ blob }) => URL.createObjectURL(blob));
    swap(shown, photos.map((photo, i) => thumb(urls[i], i, () => set(photos.filter((one) => one !== photo)))));
    shown.hidden = photos.length === 0;
  };
  const set = (list) => {
    photos = list;
    draw();
    changed(list);
  };
  const taken = async (event) => {
    const files = [...event.target.files];
    event.target.value = "";
    problem.textContent = "";
    asked(false);
    if (photos.length + files.length > MOST) problem.textContent = `一条最多${MOST}张照片，多的没有收。`;
    for (const file of files.slice(0, MOST - photos.length)) await shrink(file).then((photo) => set([...photos, photo]), (error) => (problem.textContent = error.message));
  };
  const pick = (word, mark, capture) =>
    h(
      "label",
      { class: capture ? "photo-pick" : "photo-pick plain" },
      h("input", { type: "file", accept: "image/*", capture, multiple: !capture, class: "sr", onchange: taken, onclick: () => asked(true) }),
      mark && glyph(mark, 22),
      h("span", { text: word }),
    );
  draw();
  return h(
    "div",
    { class: "photo-field" },
    h("div", { class: "photo-row" }, pick("拍照", "camera", "environment"), pick("相册", null, null), h("span", { class: "second", text: "先问一声再拍；不拍也行" })),
    shown,
    problem,
  );
}

const thumb = (url, i, remove) =>
  h("li", {}, h("img", { src: url, alt: `第${i + 1}张照片`, width: 72, height: 72 }), h("button", { type: "button", "aria-label": `不要第${i + 1}张照片`, onclick: remove }, glyph("close", 16)));
