import assert from "node:assert/strict";
import { test } from "node:test";
import { blob, freshOwner, itemOf } from "../fake.js";
import { loseDatabase } from "./lost.js";
import { ids, open } from "./opened.js";

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

test("a database that the browser closed is opened anew: nothing is lost, nothing stands twice", async () => {
  const store = await open();
  await store.record(itemOf("a"));
  for (const work of [() => store.record(itemOf("b")), () => store.attempted(["a"]), () => store.count()]) {
    const lost = loseDatabase(1);
    await work();
    assert.equal(lost.left(), 0);
  }
  assert.equal(ids(await store.outbox()), "a,b");
  assert.equal((await store.outbox())[0].tries, 1);
});

test("what stays lost says so, in reading and in writing", async () => {
  const store = await open();
  const lost = loseDatabase();
  try {
    await assert.rejects(
      store.record(itemOf("a")),
      (fault) => fault.name === "StoreLost" && /没有记上.*重新打开/.test(fault.message),
    );
    await assert.rejects(store.count(), (fault) => fault.name === "StoreLost" && /打不开/.test(fault.message));
  } finally {
    lost.putBack();
  }
  await store.record(itemOf("a"));
  assert.equal(ids(await store.outbox()), "a");
});
