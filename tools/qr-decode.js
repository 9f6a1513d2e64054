// The reader alone: codes are drawn by the service, and the camera is handled by our own page.
export { decodeQR } from "qr/decode.js";
