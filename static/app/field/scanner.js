/** Reading codes: the browser's own reader where there is one, else ours, brought only then. */
const FRAME_MS = 220;
const LARGEST_PX = 1400;

/** @returns {boolean} whether a picture of the camera can be looked at as it comes */
export const hasLiveCamera = () => Boolean(window.isSecureContext && navigator.mediaDevices && navigator.mediaDevices.getUserMedia);

/** @returns {Promise<boolean>} whether the browser reads codes by itself */
export async function hasOwnReader() {
  if (!("BarcodeDetector" in window)) return false;
  const formats = await window.BarcodeDetector.getSupportedFormats().catch(() => []);
  return formats.includes("qr_code");
}

/** Kept on the phone by the service worker with the rest of the app. */
const DECODER = "/static/vendor/qr/decode.js";

async function readerOfOurs() {
  const { decodeQR } = await import(DECODER);
  return (pixels) => {
    try {
      return decodeQR(pixels, { timeLimit: 150 });
    } catch {
      return null;
    }
  };
}

/** @returns {Promise<(source: CanvasImageSource, width: number, height: number) => Promise<string | null>>} text of the code in a picture */
export async function codeReader() {
  if (await hasOwnReader()) {
    const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
    return async (source) => {
      const found = await detector.detect(source).catch(() => []);
      return found.length ? found[0].rawValue : null;
    };
  }
  const read = await readerOfOurs();
  const canvas = document.createElement("canvas");
  return async (source, width, height) => {
    const shrink = Math.min(1, LARGEST_PX / Math.max(width, height));
    canvas.width = Math.max(1, Math.round(width * shrink));
    canvas.height = Math.max(1, Math.round(height * shrink));
    const ctx = canvas.getContext("2d");
    ctx.drawImage(source, 0, 0, canvas.width, canvas.height);
    return read(ctx.getImageData(0, 0, canvas.width, canvas.height));
  };
}

/** @param {Blob} file a photo @returns {Promise<string | null>} the text of a code in it */
export async function readPhoto(file) {
  const read = await codeReader();
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return await read(image, image.naturalWidth, image.naturalHeight);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * Look through the camera until a code is seen. Asks for the camera: only after a tap.
 * @param {HTMLVideoElement} video @param {(text: string) => void} seen
 * @returns {Promise<() => void>} stops and gives the camera back
 */
export async function watchCamera(video, seen) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  let live = true;
  const stop = () => {
    live = false;
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
  try {
    video.srcObject = stream;
    await video.play();
    const read = await codeReader();
    const look = async () => {
      if (!live) return;
      const text = video.videoWidth ? await read(video, video.videoWidth, video.videoHeight) : null;
      if (live && text) seen(text);
      else if (live) setTimeout(look, FRAME_MS);
    };
    look();
  } catch (error) {
    stop();
    throw error;
  }
  return stop;
}
