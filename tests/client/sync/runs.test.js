import assert from "node:assert/strict";
import { test } from "node:test";
import { stage } from "../fake.js";
import { fill, onceEach } from "./filled.js";

test("whoever asks while it sends gets another run: nothing recorded meanwhile is forgotten", async () => {
  const { store, server, sync } = await stage();
  await fill(store, 1);
  let late = null;
  server.on("/officer/sync", async () => {
    if (!late)
      late = (async () => {
        await fill(store, 1, 1);
        sync.sendNow();
      })();
    await late;
    return null;
  });
  await sync.sendNow();
  onceEach(server, 2);
});

test("a person who asks while a run fails gets another run: signing in during it is not lost", async () => {
  const { store, server, sync } = await stage();
  await fill(store, 2);
  server.signedIn = false;
  const failing = sync.sendNow();
  server.on("/officer/field.json", () => {
    server.off("/officer/field.json");
    server.signedIn = true;
    sync.signedIn();
    return server.reply(401, { error: { code: "unauthorized", message: "请先登录。" } });
  });
  await failing;
  onceEach(server, 2);
  assert.equal(sync.state().name, "idle");
});
