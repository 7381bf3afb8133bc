import assert from "node:assert/strict";
import { test } from "node:test";
import { blob, itemOf } from "../fake.js";
import { open } from "./opened.js";

test("photos are stored with their item, or neither is", async () => {
  const store = await open();
  await store.record(itemOf("a", { photos: ["p1", "p2"] }), [blob("one"), blob("two")]);
  assert.deepEqual(
    (await store.photosWaiting()).map((one) => [one.id, one.itemId, one.ready, one.size]),
    [
      ["p1", "a", false, 3],
      ["p2", "a", false, 3],
    ],
  );
  assert.equal(new TextDecoder().decode(await store.photoBytes("p2")), "two");
  await assert.rejects(store.record(itemOf("a", { photos: ["p3"] }), [blob()]));
  assert.equal((await store.photosWaiting()).length, 2);
  assert.equal(await store.photoBytes("p3"), undefined);
});
