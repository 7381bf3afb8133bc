import assert from "node:assert/strict";
import { test } from "node:test";
import { itemOf, stage } from "../fake.js";
import { loseDatabase } from "../store/lost.js";

test("an expired sign-in is not asked for where there is no network", async () => {
  const { server, sync } = await stage();
  server.signedIn = false;
  await sync.sendNow();
  server.online = false;
  assert.equal(sync.state().name, "offline");
  assert.equal(sync.state().message, "");
  server.online = true;
  assert.equal(sync.state().name, "signed_out");
});

test("from its start on it says that it is sending, until the first run is over", async () => {
  const { sync } = await stage();
  let open;
  const started = sync.start(
    {},
    new Promise((done) => {
      open = done;
    }),
  );
  assert.equal(sync.state().name, "sending");
  open();
  await started;
  assert.equal(sync.state().name, "idle");
});

test("without a network it never says that it is sending", async () => {
  const { server, sync } = await stage();
  server.online = false;
  const run = sync.sendNow();
  assert.equal(sync.state().name, "offline");
  await run;
  assert.equal(sync.state().name, "offline");
});

test("a phone that cannot read what it holds is not told that the server does not answer", async () => {
  const { store, sync } = await stage();
  await store.record(itemOf("a"));
  await sync.sendNow();
  await store.record(itemOf("b"));
  const lost = loseDatabase();
  try {
    await sync.sendNow();
  } finally {
    lost.putBack();
  }
  assert.equal(sync.state().name, "store_lost");
  assert.match(sync.state().message, /手机里存的东西/);
  await sync.sendNow();
  assert.equal(sync.state().name, "idle");
});
