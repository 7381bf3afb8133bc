import assert from "node:assert/strict";
import { test } from "node:test";
import { MINUTE } from "../../../governance/client/field/sync/clock.js";
import { stage } from "../fake.js";
import { fill, onceEach, waiting } from "./filled.js";

for (const [status, error] of [
  [400, { code: "bad_request", message: "不完整。" }],
  [413, { code: "too_large", message: "太大。" }],
  [422, null],
]) {
  test(`one item that makes the whole sync ${status} goes to the refused, the others through`, async () => {
    const { store, server, sync } = await stage();
    await fill(store, 40);
    server.on(
      "/officer/sync",
      (body) => body.items.some((item) => item.id === "i17") && server.reply(status, error && { error }),
    );
    await sync.sendNow();
    onceEach(server, 39);
    assert.deepEqual(await waiting(store), []);
    const [row] = await store.refused();
    assert.equal(row.id, "i17");
    assert.ok(row.error.message);
    assert.ok(server.posts().length < 20, "by halves, not one by one");
  });
}

test("one item on which the server fails (500) waits with its reason, the others go; later it goes too", async () => {
  const { store, server, sync, wall } = await stage();
  await fill(store, 40);
  const failing = (body) =>
    body.items.some((item) => item.id === "i3") &&
    server.reply(500, { error: { code: "internal_server_error", message: "差错" } });
  server.on("/officer/sync", failing);
  await sync.sendNow();
  onceEach(server, 39);
  const [row] = await store.outbox();
  assert.deepEqual([row.id, row.tries], ["i3", 1]);
  assert.match(row.problem.message, /过后再试/);
  await fill(store, 1, 40);
  await sync.sendNow();
  assert.equal(server.recorded.size, 40, "it blocks nobody");
  server.off("/officer/sync");
  wall.at += 10 * MINUTE;
  await sync.sendNow();
  onceEach(server, 41);
});

test("an item on which the server fails again and again is put before its person", async () => {
  const { store, server, sync, wall } = await stage();
  await fill(store, 1);
  server.on("/officer/sync", (body) => body.items.length && server.reply(500, {}));
  for (let at = 0; at < 8; at += 1) {
    await sync.sendNow();
    wall.at += 10 * MINUTE;
  }
  assert.deepEqual(await waiting(store), []);
  assert.match((await store.refused())[0].error.message, /村委会/);
});

test("a server that fails on everything puts nothing before anybody", async () => {
  const { store, server, sync } = await stage();
  await fill(store, 300);
  for (const status of [500, 400, 413]) {
    server.on("/officer/sync", (body) => body.items.length && server.reply(status, {}));
    await sync.sendNow();
    assert.equal(sync.state().name, "server_down", `${status}`);
    assert.equal((await waiting(store)).length, 300);
    assert.ok((await store.outbox()).every((row) => !row.problem));
  }
  assert.ok(server.posts().length < 150);
});

test("an answer without a word on an item leaves it waiting", async () => {
  const { store, server, sync } = await stage();
  await fill(store, 3);
  server.on("/officer/sync", (body) =>
    server.reply(200, { results: body.items.slice(0, 2).map(({ id }) => ({ id, outcome: "recorded" })) }),
  );
  await sync.sendNow();
  assert.deepEqual(await waiting(store), ["i2"]);
  server.on("/officer/sync", () => server.reply(200, { results: [] }));
  await sync.sendNow();
  assert.deepEqual(await waiting(store), ["i2"]);
  assert.equal(sync.state().name, "server_down");
});

test("refused items stay with the server's reason and the others are not held up", async () => {
  const { store, server, sync } = await stage();
  await fill(store, 3);
  server.on("/officer/sync", async (_body, { usual }) => {
    const { results } = await (await usual()).json();
    results[1] = { id: "i1", outcome: "refused", error: { code: "cap_reached", message: "已记满。" } };
    return server.reply(200, { results });
  });
  await sync.sendNow();
  assert.deepEqual(
    (await store.refused()).map((row) => [row.id, row.error.message]),
    [["i1", "已记满。"]],
  );
  assert.equal(sync.state().refused, 1);
});

test("a connection that drops after the server has committed: the same ids again, nothing twice", async () => {
  const { store, server, sync } = await stage();
  await fill(store, 5);
  let dropped = 0;
  server.on("/officer/sync", async (_body, { usual }) => {
    await usual();
    dropped += 1;
    if (dropped === 1) throw new TypeError("connection reset");
    return null;
  });
  await sync.sendNow();
  assert.equal((await waiting(store)).length, 5);
  await sync.sendNow();
  assert.deepEqual(await waiting(store), []);
  onceEach(server, 5);
  assert.deepEqual(server.posts()[0], server.posts()[1]);
  assert.equal((await store.recent())[0].result.outcome, "already");
});
