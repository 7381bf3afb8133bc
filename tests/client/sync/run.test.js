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

const TROUBLES = [
  ["full", /磁盘满了/],
  ["read_only", /存不了/],
  ["broken", /出了毛病/],
  ["gone", /数据库连不上/],
  ["busy", /系统正忙/],
];
for (const [code, sentence] of TROUBLES) {
  test(`a whole sync that the server cannot take (${code}) is waited for, said, and sent again`, async () => {
    const { store, server, sync, timers, wall } = await stage();
    await fill(store, 3);
    server.on("/officer/sync", () => server.reply(503, { error: { code, message: "x" } }, { "Retry-After": "60" }));
    await sync.sendNow();
    assert.equal(sync.state().name, "server_busy");
    assert.match(sync.state().message, sentence);
    assert.match(sync.state().message, /自动再传/);
    assert.equal(sync.state().items, 3);
    assert.equal((await store.refused()).length, 0);
    server.off("/officer/sync");
    wall.at += 60_000;
    await timers.waiting.at(-1).fn();
    onceEach(server, 3);
    assert.equal(sync.state().name, "idle");
  });
}

test("until the server may be asked again it is not, but for a person who asks", async () => {
  const { store, server, sync, timers, wall } = await stage();
  await fill(store, 1);
  server.on("/officer/sync", () =>
    server.reply(503, { error: { code: "full", message: "x" } }, { "Retry-After": "60" }),
  );
  await sync.sendNow();
  const asked = server.asked.length;
  wall.at += 20_000;
  await fill(store, 1, 1);
  await sync.sendNow();
  assert.equal(server.asked.length, asked);
  assert.equal(sync.state().name, "server_busy");
  assert.equal(sync.state().items, 2);
  assert.equal(timers.waiting.at(-1).delay, 40_000);
  server.off("/officer/sync");
  await sync.sendNow({ force: true });
  onceEach(server, 2);
});

test("a server that fails in the middle of the sending takes the rest later, nothing twice", async () => {
  const { store, server, sync, wall } = await stage();
  await fill(store, 700);
  let posts = 0;
  server.on("/officer/sync", () => {
    posts += 1;
    return posts === 2 && server.reply(503, { error: { code: "busy", message: "x" } }, { "Retry-After": "60" });
  });
  await sync.sendNow();
  assert.equal(sync.state().items, 200);
  wall.at += 60_000;
  await sync.sendNow();
  onceEach(server, 700);
});
