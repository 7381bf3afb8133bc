import assert from "node:assert/strict";
import { test } from "node:test";
import { blob, itemOf } from "../fake.js";
import { ids, open, refused } from "./opened.js";

test("a refused item handed to the committee waits again, for the award desk, with the reason", async () => {
  const store = await open();
  await store.record(itemOf("a", { photos: ["p"] }), [blob()]);
  await store.settle([refused("a")]);
  await store.hand(["a", "nobody"]);
  const [row] = await store.outbox();
  assert.deepEqual([row.to, row.item.why, row.item.rule], ["held", "cap_reached", "r1"]);
  assert.equal((await store.refused()).length, 0);
  await store.settle([refused("a", "server_says_no")]);
  await store.hand(["a"]);
  assert.equal((await store.outbox())[0].item.why, "cap_reached", "the first reason stays");
  await store.settle([{ id: "a", outcome: "held" }]);
  assert.equal((await store.photosWaiting())[0].ready, true);
});

test("a dropped item is remembered as dropped, its photos are gone", async () => {
  const store = await open();
  await store.record(itemOf("a", { photos: ["p"] }), [blob()]);
  await store.settle([refused("a")]);
  await store.drop("a");
  assert.deepEqual(await store.count(), { items: 0, photos: 0, refused: 0, oldest: null });
  assert.equal(await store.photoBytes("p"), undefined);
  assert.equal((await store.recentOf("h1"))[0].dropped, true);
});

test("nothing that only waits can be dropped", async () => {
  const store = await open();
  await store.record(itemOf("a"));
  await store.drop("a");
  assert.equal(ids(await store.outbox()), "a");
});
