import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLock } from "../../../governance/client/field/sync/lock.js";
import { makeSync } from "../../../governance/client/field/sync/sync.js";
import { stage } from "../fake.js";
import { fill, onceEach } from "./filled.js";

test("of two windows one sends, and afterwards the other may", async () => {
  const { store, server, sync, wall } = await stage({ locks: true });
  const now = () => wall.at;
  const other = makeSync({
    store,
    fetch: server.fetch,
    now,
    steady: now,
    timers: { setTimeout() {}, clearTimeout() {} },
    lock: makeLock(store, { locks: null, now }),
  });
  await fill(store, 5);
  await Promise.all([sync.sendNow(), other.sendNow()]);
  assert.equal(server.posts().length, 1);
  onceEach(server, 5);
  await fill(store, 1, 5);
  await other.sendNow();
  onceEach(server, 6);
});

test("Web Locks: a window that finds another sending leaves it alone", async () => {
  const { store } = await stage();
  const locks = {
    async request(_name, _how, work) {
      return work(null);
    },
  };
  assert.equal(await makeLock(store, { locks })(async () => assert.fail()), false);
});

test("while a long request is on its way no other window sends", async () => {
  const { store, wall } = await stage();
  const now = () => wall.at;
  const [mine, other] = [1, 2].map(() => makeLock(store, { locks: null, now }));
  await mine(async (renew) => {
    await renew(1_000_000);
    wall.at += 900_000;
    assert.equal(await other(async () => assert.fail()), false);
  });
  assert.equal(await other(async () => {}), true);
});
