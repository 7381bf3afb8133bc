import assert from "node:assert/strict";
import { test } from "node:test";
import { blob, itemOf, T0 } from "../fake.js";
import { open, recorded, refused } from "./opened.js";

test("what waits can be taken out and put back, without doubling anything", async () => {
  const store = await open();
  await store.record(itemOf("a", { photos: ["p"] }), [blob("x")]);
  await store.record(itemOf("b"));
  await store.settle([refused("b")]);
  const rows = await store.exportRows();
  const other = await open();
  await other.importRows(rows);
  await other.importRows(rows);
  assert.deepEqual(await other.count(), { items: 1, photos: 1, refused: 1, oldest: T0 });
  assert.equal(new TextDecoder().decode(await other.photoBytes("p")), "x");
  await other.settle([recorded("a")]);
  await other.importRows(rows);
  assert.equal((await other.count()).items, 0, "what has arrived meanwhile stays arrived");
});
