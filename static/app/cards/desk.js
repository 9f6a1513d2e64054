/** Looks for the code in the chosen picture, so that it is cut to it: a saved chat code has a name and a portrait around. */
const form = document.querySelector("form[data-chat-code]");
const file = form?.querySelector("input[type=file]");
const DECODER = "/static/vendor/qr/decode.js";
const MOST_PX = 1600;

async function see(picture) {
  const image = await createImageBitmap(picture);
  const part = Math.min(1, MOST_PX / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * part);
  canvas.height = Math.round(image.height * part);
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  const { decodeQR } = await import(DECODER);
  let corners = null;
  decodeQR(pen.getImageData(0, 0, canvas.width, canvas.height), { pointsOnDetect: (seen) => { corners = seen.bounds; } });
  return corners && boxAround(corners, canvas.width, canvas.height);
}

/** A square around the code in shares of the picture's width. */
function boxAround(corners, width, height) {
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const side = Math.max(Math.max(...xs) - left, Math.max(...ys) - top);
  const fits = side > 0 && left >= 0 && top >= 0 && left + side <= width && top + side <= height;
  return fits && [left, top, side].map((part) => (part / width).toFixed(5)).join(",");
}

file?.addEventListener("change", async () => {
  const said = form.querySelector("[data-seen]");
  form.elements.box.value = "";
  said.textContent = "";
  if (!file.files[0]) return;
  try {
    form.elements.box.value = (await see(file.files[0])) || "";
    said.textContent = form.elements.box.value ? "认出了二维码，会裁到码的边上。" : "认出了二维码，会裁正中的一块，请看裁好的图。";
  } catch {
    said.textContent = "没有认出二维码，会裁正中的一块；请用手机扫一下裁好的图再印。";
  }
});
