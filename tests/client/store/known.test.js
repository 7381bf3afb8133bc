import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { blob, freshOwner, itemOf } from "../fake.js";
import { loseDatabase } from "./lost.js";
import { ids, open, recorded, refused } from "./opened.js";

let lost = null;
afterEach(() => lost?.putBack());

test("what this page recorded is shown also when the phone cannot read it", async () => {
  const store = await open();
  for (const id of ["a", "b", "c"]) await store.record(itemOf(id, { household: id === "b" ? "h2" : "h1" }));
  await store.settle([recorded("a")]);
  lost = loseDatabase();
  assert.equal(ids(await store.look.outbox()), "b,c");
  assert.deepEqual(
    (await store.look.recentOf("h2")).map((row) => [row.id, row.state]),
    [["b", "waiting"]],
  );
  assert.deepEqual(await store.look.recentOf("h3"), []);
  await assert.rejects(store.outbox(), { name: "StoreLost" }, "who decides is not told what is only remembered");
});

test("what an earlier page recorded is remembered from its last reading", async () => {
  const owner = freshOwner();
  await (await open(owner)).record(itemOf("a", { photos: ["p"] }), [blob()]);
  const store = await open(owner);
  await store.look.outbox();
  await store.settle([refused("a")]);
  await store.put("marks", { h1: { day: "2026-11-20", state: "done" } });
  await Promise.all([store.look.refused(), store.look.photosWaiting(), store.look.get("marks")]);
  lost = loseDatabase();
  assert.equal(ids(await store.look.outbox()), "");
  assert.equal(ids(await store.look.refused()), "a");
  assert.equal(ids(await store.look.photosWaiting()), "p");
  assert.equal((await store.look.get("marks")).h1.state, "done");
  assert.equal(await store.look.get("round"), null);
});

test("what is remembered can be saved as text", async () => {
  const store = await open();
  await store.keepPack({ households: [{ id: "h1", code: "3-17", head: "王秀兰" }], rules: [] }, "p");
  await store.record(itemOf("a", { note: "水渠" }));
  lost = loseDatabase();
  const text = await store.exportAll();
  assert.match(text, /没有传上去的：1 条/);
  assert.match(text, /3-17 王秀兰.*水渠/);
});

test("what another window sent is not shown as waiting for ever", async () => {
  const store = await open();
  await store.record(itemOf("a"));
  const other = await open(store.owner);
  await other.settle([recorded("a")]);
  assert.equal(ids(await store.look.outbox()), "");
  lost = loseDatabase();
  assert.equal(ids(await store.look.outbox()), "");
});

test("the store says when it cannot be read and when it can again, once each", async () => {
  const store = await open();
  const heard = [];
  store.subscribe((what) => what === "health" && heard.push(store.trouble()?.name ?? "well"));
  lost = loseDatabase();
  await store.look.outbox();
  await store.look.refused();
  lost.putBack();
  await store.outbox();
  await store.refused();
  assert.deepEqual(heard, ["StoreLost", "well"]);
  assert.equal(store.trouble(), null);
});
