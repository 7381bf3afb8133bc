import assert from "node:assert/strict";
import { test } from "node:test";
import { stage } from "../fake.js";
import { fill, onceEach, waiting } from "./filled.js";

test("opening takes the pack and sends what waits", async () => {
  const { store, server, sync } = await stage();
  await fill(store, 3);
  await sync.start({});
  assert.deepEqual(await waiting(store), []);
  onceEach(server, 3);
  assert.ok((await store.readTaken()).pack);
  assert.equal(sync.state().name, "idle");
});

test("without a network nothing is asked and everything stays; with it, everything goes", async () => {
  const { store, server, sync, timers } = await stage();
  server.online = false;
  await fill(store, 2);
  await sync.sendNow();
  assert.equal(server.asked.length, 0);
  assert.equal(sync.state().name, "offline");
  assert.equal(sync.state().items, 2);
  assert.ok(timers.waiting.at(-1).delay > 0);
  server.online = true;
  await sync.sendNow();
  assert.equal(sync.state().items, 0);
});

test("an expired sign-in keeps everything, says so, is not tried again by itself, and goes on after signing in", async () => {
  const { store, server, sync, timers } = await stage();
  await sync.sendNow();
  await fill(store, 2);
  server.signedIn = false;
  await sync.sendNow();
  assert.equal(sync.state().name, "signed_out");
  assert.match(sync.state().message, /登录/);
  assert.equal((await waiting(store)).length, 2);
  const before = timers.waiting.length;
  server.signedIn = true;
  server.token = "t2";
  await sync.signedIn();
  onceEach(server, 2);
  assert.equal(timers.waiting.length, before);
});
