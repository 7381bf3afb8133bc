import assert from "node:assert/strict";
import { test } from "node:test";
import { makeReader, middle, whyNot } from "../../governance/client/field/scan.js";

function fakeWorker() {
  const worker = {
    sent: [],
    terminated: 0,
    postMessage: (message) => worker.sent.push(message),
    terminate: () => {
      worker.terminated += 1;
    },
  };
  return worker;
}
const picture = () => ({ width: 1, height: 1, data: new Uint8ClampedArray(4) });

test("the middle square of a picture is looked at, no larger than needed", () => {
  assert.deepEqual(middle(1280, 720, 640), { x: 280, y: 0, edge: 720, size: 640 });
  assert.deepEqual(middle(480, 640, 640), { x: 0, y: 80, edge: 480, size: 480 });
});

test("why a camera does not open", () => {
  assert.equal(whyNot({ name: "NotAllowedError" }), "refused");
  assert.equal(whyNot({ name: "NotFoundError" }), "none");
  assert.equal(whyNot({ name: "NotReadableError" }), "busy");
  assert.equal(whyNot(undefined), "none");
});

test("each picture gets its own answer, in whatever order they come", async () => {
  const worker = fakeWorker();
  const reader = makeReader("w.js", () => worker);
  const [first, second] = [reader.read(picture()), reader.read(picture(), true)];
  assert.equal(worker.sent[1].patient, true);
  worker.onmessage({ data: { n: worker.sent[1].n, text: "b" } });
  worker.onmessage({ data: { n: worker.sent[0].n, text: null } });
  assert.deepEqual(await Promise.all([first, second]), [null, "b"]);
});

test("a worker that dies leaves nobody waiting and is made anew", async () => {
  const made = [];
  const reader = makeReader("w.js", () => {
    made.push(fakeWorker());
    return made.at(-1);
  });
  const lost = reader.read(picture());
  made[0].onerror();
  assert.equal(await lost, null);
  assert.equal(made[0].terminated, 1);
  reader.read(picture());
  assert.equal(made.length, 2);
});
