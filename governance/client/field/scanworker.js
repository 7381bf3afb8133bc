// Reads QR codes off the page's thread. In: {n, width, height, data, patient}; out: {n, text} (null: none seen).
import decodeQR from "qr/decode.js";

const PATIENT = { effort: Infinity, timeLimit: 2000 }; // a photo is tried once, a frame of the camera often

function read({ n, width, height, data, patient }) {
  try {
    return { n, text: decodeQR({ width, height, data: new Uint8ClampedArray(data) }, patient ? PATIENT : {}) };
  } catch {
    return { n, text: null };
  }
}

self.onmessage = ({ data }) => self.postMessage(read(data));
