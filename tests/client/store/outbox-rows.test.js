import assert from "node:assert/strict";
import { test } from "node:test";
import { openDatabase } from "../../../governance/client/field/store/database.js";
import { makeKnown } from "../../../governance/client/field/store/known.js";
import { makeOutbox } from "../../../governance/client/field/store/outbox-rows.js";
import { blob, freshOwner, itemOf, T0 } from "../fake.js";
import { ids, open, recorded, refused } from "./opened.js";

test("what is recorded stands in the outbox, the oldest first, also after the page is opened again", async () => {
  const owner = freshOwner();
  const store = await open(owner);
  for (const id of ["b", "a", "c"]) await store.record(itemOf(id));
  store.close();
  const again = await open(owner);
  assert.equal(ids(await again.outbox()), "b,a,c");
  assert.deepEqual(await again.count(), { items: 3, photos: 0, refused: 0, oldest: T0 });
  assert.equal((await again.outbox())[0].to, "sync");
});

test("a reminder goes to its own door, without a kind", async () => {
  const store = await open();
  await store.record({ ...itemOf("a"), kind: "remind" });
  const [row] = await store.outbox();
  assert.equal(row.to, "remind");
  assert.ok(!("kind" in row.item));
});

test("the same id is not written down twice", async () => {
  const store = await open();
  await store.record(itemOf("a"));
  await assert.rejects(store.record(itemOf("a")), /没有记上/);
  assert.equal((await store.count()).items, 1);
});

test("what arrived leaves the outbox, its photos may go; what was refused stays in its list", async () => {
  const store = await open();
  for (const id of ["a", "b", "c"]) await store.record(itemOf(id, { photos: [`p${id}`] }), [blob()]);
  await store.settle([recorded("a"), refused("b"), { id: "c", outcome: "already" }, recorded("unknown")]);
  assert.equal(ids(await store.outbox()), "");
  assert.equal(ids(await store.refused()), "b");
  assert.deepEqual(
    (await store.photosWaiting()).map((one) => [one.id, one.ready]),
    [
      ["pa", true],
      ["pb", false],
      ["pc", true],
    ],
  );
  assert.deepEqual(
    (await store.recentOf("h1")).map((row) => [row.id, row.state]),
    [
      ["a", "done"],
      ["b", "refused"],
      ["c", "done"],
    ],
  );
});

test("an item is mended before its first try and never after it", async () => {
  const store = await open();
  await store.record(itemOf("a"));
  const mend = (row) => ({ ...row.item, seen_at: "mended" });
  await store.freeze(["a"], mend);
  const [row] = await store.freeze(["a"], (one) => ({ ...one.item, seen_at: "again" }));
  assert.equal(row.item.seen_at, "mended");
});

test("what came through before the connection broke does not stand twice when it is tried once more", async () => {
  const database = await openDatabase(freshOwner(), () => {});
  const within = async (names, work, durability) => {
    await database.within(names, (tx) => work(tx, false), durability); // committed, and then the page hears of a fault
    return database.within(names, (tx) => work(tx, true), durability);
  };
  const outbox = makeOutbox(
    { ...database, within },
    () => {},
    () => T0,
    makeKnown(),
  );
  await outbox.record(itemOf("a", { photos: ["p"] }), [blob()]);
  assert.equal(ids(await outbox.outbox()), "a");
});
