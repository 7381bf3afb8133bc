import assert from "node:assert/strict";
import { test } from "node:test";
import encodeQR from "../../governance/client/node_modules/qr/index.js";

const told = [];
globalThis.self = { postMessage: (message) => told.push(message) };
await import("../../governance/client/field/scanworker.js");

// A code as a camera sees it: dark on light, some pixels to a module.
function picture(text, scale = 4) {
  const rows = encodeQR(text, "raw", { border: 4 });
  const side = rows.length * scale;
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      if (rows[Math.floor(y / scale)][Math.floor(x / scale)]) data.fill(20, (y * side + x) * 4, (y * side + x) * 4 + 3);
    }
  }
  return { width: side, height: side, data: data.buffer };
}
const ask = (message) => {
  self.onmessage({ data: message });
  return told.pop();
};

test("a door code is read off a picture", () => {
  const text = "https://jf.example.cn/h/mh7kd2345abcdefgh";
  assert.deepEqual(ask({ n: 1, ...picture(text) }), { n: 1, text });
  assert.deepEqual(ask({ n: 2, ...picture(text, 3), patient: true }), { n: 2, text });
});

test("a picture without a code answers that nothing was seen", () => {
  const blank = new Uint8ClampedArray(100 * 100 * 4).fill(200);
  assert.deepEqual(ask({ n: 3, width: 100, height: 100, data: blank.buffer, patient: true }), { n: 3, text: null });
  assert.deepEqual(ask({ n: 4, width: 100, height: 100, data: new ArrayBuffer(7) }), { n: 4, text: null });
});
