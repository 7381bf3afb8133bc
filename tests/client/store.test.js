import assert from "node:assert/strict";
import { test } from "node:test";
import { blob, freshOwner, itemOf, T0 } from "./fake.js";
import { openStore, SOON } from "../../governance/client/field/store.js";

const DAY = 86_400_000;
const open = (owner = freshOwner(), wall = { at: T0 }, more = {}) => openStore(owner, { now: () => wall.at, ...more });
const recorded = (id) => ({ id, outcome: "recorded", points: 5 });
const refused = (id, code = "cap_reached") => ({ id, outcome: "refused", error: { code, message: "已记满。" } });
const ids = (rows) => rows.map((row) => row.id).join();

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

test("a full phone says so and keeps what it has", async () => {
  const store = await open();
  await store.record(itemOf("a"));
  const { add } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.add = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  try {
    await assert.rejects(
      store.record(itemOf("b", { photos: ["p"] }), [blob()]),
      (fault) => fault.name === "StoreFull" && /没有记上/.test(fault.message),
    );
  } finally {
    IDBObjectStore.prototype.add = add;
  }
  assert.equal(ids(await store.outbox()), "a");
  assert.equal((await store.photosWaiting()).length, 0);
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

test("an item is mended before its first try and never after it", async () => {
  const store = await open();
  await store.record(itemOf("a"));
  const mend = (row) => ({ ...row.item, seen_at: "mended" });
  await store.freeze(["a"], mend);
  const [row] = await store.freeze(["a"], (one) => ({ ...one.item, seen_at: "again" }));
  assert.equal(row.item.seen_at, "mended");
});

test("the pack and the field data are kept, forgotten, and their age told", async () => {
  const wall = { at: T0 };
  const store = await open(freshOwner(), wall);
  assert.equal((await store.readTaken()).pack, null);
  await store.keepPack({ rules: [] }, "p1");
  wall.at += DAY;
  await store.keepField({ csrf: "t" }, "f1");
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

test("whoever listens hears what has changed, after the one who wrote it down has gone on", async () => {
  const store = await open();
  const heard = [];
  store.subscribe((what, values) => heard.push([what, values && Object.keys(values).join()]));
  await store.record(itemOf("a"));
  assert.deepEqual(heard, []);
  await store.keepField({ csrf: "t" }, "f1");
  await new Promise((done) => {
    setTimeout(done, 2 * SOON);
  });
  assert.deepEqual(heard.sort(), [
    ["items", undefined],
    ["taken", "field,fieldTag,takenAt"],
  ]);
});

test("what was recorded for one household is found among all", async () => {
  const store = await open();
  for (const [id, household] of [
    ["a", "h1"],
    ["b", "h2"],
    ["c", "h1"],
    ["d", "h1"],
    ["e", "h2"],
  ])
    await store.record(itemOf(id, { household }));
  await store.settle([recorded("a"), refused("b"), refused("c")]);
  assert.deepEqual(
    (await store.recentOf("h1")).map((row) => [row.id, row.state]),
    [
      ["a", "done"],
      ["c", "refused"],
      ["d", "waiting"],
    ],
  );
});

test("what arrived long ago is forgotten", async () => {
  const wall = { at: T0 };
  const store = await open(freshOwner(), wall);
  await store.record(itemOf("old"));
  await store.settle([recorded("old")]);
  wall.at += 61 * DAY;
  await store.record(itemOf("new"));
  await store.settle([recorded("new")]);
  await store.keepField({}, "f");
  assert.equal(ids(await store.recent()), "new");
});

test("wiping refuses while anything waits, and then leaves nothing", async () => {
  const owner = freshOwner();
  const store = await open(owner);
  await store.record(itemOf("a"));
  await assert.rejects(store.wipe(), /还有 1 条/);
  await store.wipe({ anyway: true });
  assert.equal(
    (await indexedDB.databases()).some((one) => one.name === `hemei-field-${owner}`),
    false,
  );
});

test("another window that wipes makes this one stop, with a sentence", async () => {
  const owner = freshOwner();
  let gone = 0;
  const store = await open(owner, undefined, {
    onGone: () => {
      gone += 1;
    },
  });
  const other = await open(owner);
  await other.wipe();
  assert.equal(gone, 1);
  await assert.rejects(store.record(itemOf("a")), /重新打开/);
});

test("one officer's rows are not another's", async () => {
  const store = await open();
  await store.record(itemOf("a"));
  assert.equal((await (await open()).count()).items, 0);
});

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

test("the text for people names household, rule and reason, and holds every item", async () => {
  const store = await open();
  await store.keepPack(
    {
      households: [{ id: "h1", code: "3组17号", head: "王秀兰" }],
      rules: [{ id: "r1", code: "E03", behaviour: "参加义务劳动" }],
    },
    "p",
  );
  await store.record(itemOf("a", { note: "下午" }));
  await store.record(itemOf("b"));
  await store.settle([refused("b")]);
  const text = await store.exportAll();
  for (const word of ["3组17号 王秀兰", "E03 参加义务劳动", "下午", "已记满。"]) assert.ok(text.includes(word), word);
  const whole = JSON.parse(text.split("\n").at(-1));
  assert.deepEqual([whole.outbox[0].id, whole.refused[0].id], ["a", "b"]);
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
