import assert from "node:assert/strict";
import { test } from "node:test";
import { stage } from "../fake.js";
import { fill, onceEach } from "./filled.js";

test("a server that is down is tried later and later, and then gets everything", async () => {
  const { store, server, sync, timers } = await stage();
  await fill(store, 2);
  await sync.sendNow();
  await fill(store, 2, 2);
  server.on("/officer", () => {
    throw new TypeError("refused");
  });
  const delays = [];
  for (let at = 0; at < 4; at += 1) {
    await sync.sendNow();
    delays.push(timers.waiting.at(-1).delay);
  }
  assert.equal(sync.state().name, "server_down");
  assert.deepEqual(delays, [6000, 12_000, 24_000, 48_000]);
  server.off("/officer");
  await timers.waiting.at(-1).fn();
  onceEach(server, 4);
});

test("a busy server says when to come back", async () => {
  const { store, server, sync, timers } = await stage();
  await fill(store, 1);
  server.on("/officer/sync", () =>
    server.reply(503, { error: { code: "busy", message: "忙" } }, { "Retry-After": "90" }),
  );
  await sync.sendNow();
  assert.equal(timers.waiting.at(-1).delay, 90_000);
});
