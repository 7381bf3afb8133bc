import assert from "node:assert/strict";
import { test } from "node:test";
import { itemOf, stage } from "../fake.js";
import { fill, onceEach, waiting } from "./filled.js";

test("an unchanged pack is asked for by its tag and not taken again", async () => {
  const { server, sync } = await stage();
  await sync.sendNow();
  await sync.refresh();
  assert.deepEqual(
    server.asked.slice(-2).map((one) => one.headers["If-None-Match"]),
    ["f", "p"],
  );
  assert.equal(sync.state().name, "idle");
});

test("the word on an award is enough; after an inspection the newest is asked for", async () => {
  const { store, server, sync } = await stage();
  await sync.sendNow();
  const asked = () => server.asked.filter((one) => one.method === "GET").length;
  const before = asked();
  await fill(store, 2);
  await sync.sendNow();
  assert.equal(asked(), before);
  await store.record({ ...itemOf("i9"), kind: "inspection" });
  await sync.sendNow();
  assert.equal(asked(), before + 2);
});

test("a stale token is fetched anew once, and only once", async () => {
  const { store, server, sync } = await stage();
  await sync.sendNow();
  server.token = "t2";
  await fill(store, 1);
  await sync.sendNow();
  onceEach(server, 1);
  server.on("/officer/sync", () => server.reply(400, { error: { code: "stale_form", message: "旧" } }));
  await fill(store, 1, 1);
  const before = server.posts().length;
  await sync.sendNow();
  assert.equal(server.posts().length - before, 2);
  assert.equal(sync.state().name, "server_down");
  assert.deepEqual(await waiting(store), ["i1"]);
});

test("another officer's sign-in sends nothing of this one", async () => {
  let other = null;
  const { store, server, sync } = await stage({
    onOther: (officer) => {
      other = officer;
    },
  });
  await fill(store, 2);
  server.officer = "somebody else";
  await sync.sendNow();
  assert.equal(other.id, "somebody else");
  assert.equal(server.posts().length, 0);
  assert.equal(sync.state().name, "signed_out");
  assert.equal((await waiting(store)).length, 2);
  assert.equal((await store.readTaken()).field, null, "nor is anything of the other kept here");
});

test("a full phone goes on sending", async () => {
  const { store, server, sync } = await stage();
  await fill(store, 2);
  const keep = store.keepPack;
  store.keepPack = async () => {
    throw Object.assign(new Error("满"), { name: "StoreFull" });
  };
  await sync.sendNow();
  onceEach(server, 2);
  assert.equal(sync.state().name, "full_disk");
  store.keepPack = keep;
  server.on("/officer/pack.json", () => server.reply(200, {}, { ETag: "p2" }));
  await sync.refresh();
  assert.equal(sync.state().name, "idle");
});
