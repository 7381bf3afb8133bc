import assert from "node:assert/strict";
import { test } from "node:test";
import { freshOwner, itemOf, T0 } from "../fake.js";
import { DAY, ids, open, recorded } from "./opened.js";

test("the pack and the field data are kept, forgotten, and their age told", async () => {
  const wall = { at: T0 };
  const store = await open(freshOwner(), wall);
  assert.equal((await store.readTaken()).pack, null);
  await store.keepPack({ rules: [] }, "p1");
  wall.at += DAY;
  await store.keepExtras({ csrf: "t" }, "f1");
  assert.deepEqual(await store.readTaken(), {
    pack: { rules: [] },
    packTag: "p1",
    field: { csrf: "t" },
    fieldTag: "f1",
    takenAt: T0 + DAY,
  });
  await store.forgetTaken();
  assert.equal((await store.readTaken()).field, null);
});

test("what arrived long ago is forgotten", async () => {
  const wall = { at: T0 };
  const store = await open(freshOwner(), wall);
  await store.record(itemOf("old"));
  await store.settle([recorded("old")]);
  wall.at += 61 * DAY;
  await store.record(itemOf("new"));
  await store.settle([recorded("new")]);
  await store.keepExtras({}, "f");
  assert.equal(ids(await store.recent()), "new");
});

test("a lease is held by one, and ends", async () => {
  const wall = { at: T0 };
  const store = await open(freshOwner(), wall);
  assert.equal(await store.lease("me", T0 + 1000), true);
  assert.equal(await store.lease("you", T0 + 1000), false);
  assert.equal(await store.lease("me", T0 + 2000), true);
  wall.at += 3000;
  assert.equal(await store.lease("you", T0 + 9000), true);
});
