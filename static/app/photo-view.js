/** A picture as large as the screen, and the others of the same record; Esc or a tap beside it closes it. */
import { h } from "./dom.js";
import { clock, day } from "./format.js";

/** @param {{url: string, taken_at: string}[]} photos @param {number} first which one to show */
export function viewPhotos(photos, first) {
  let at = first;
  const image = h("img", {});
  const words = h("span", { role: "status" });
  const dialog = h("dialog", { class: "photo", "aria-label": "照片" });
  const show = (step) => {
    at = (at + step + photos.length) % photos.length;
    const { url, taken_at: taken } = photos[at];
    image.src = url;
    image.alt = `照片${at + 1}`;
    words.textContent = [`${day(taken)} ${clock(taken)}拍`, photos.length > 1 && `${at + 1}/${photos.length}`].filter(Boolean).join(" · ");
  };
  const button = (text, onclick) => h("button", { type: "button", class: "btn", text, onclick });
  const turn = photos.length > 1 ? [button("上一张", () => show(-1)), button("下一张", () => show(1))] : [];
  dialog.append(image, h("p", {}, words, turn, button("关闭", () => dialog.close())));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(-1);
    if (event.key === "ArrowRight") show(1);
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  show(0);
  dialog.showModal();
}
