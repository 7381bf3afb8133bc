import assert from "node:assert/strict";
import { test } from "node:test";
import { blob, itemOf, stage, T0 } from "./fake.js";
import { makeLock } from "../../governance/client/field/lock.js";
import { makeSync } from "../../governance/client/field/sync.js";
import { MINUTE } from "../../governance/client/field/outbox.js";

const fill = async (store, count, from = 0) => {
  for (let at = from; at < from + count; at += 1) await store.record(itemOf(`i${at}`));
};
const waiting = async (store) => (await store.outbox()).map((row) => row.id);
const onceEach = (server, count) => {
  assert.equal(server.recorded.size, count);
  assert.ok([...server.recorded.values()].every((times) => times === 1));
};

test("opening takes the pack and sends what waits", async () => {
  const { store, server, sync } = await stage();
  await fill(store, 3);
  await sync.start({});
  assert.deepEqual(await waiting(store), []);
  onceEach(server, 3);
  assert.ok((await store.readTaken()).pack);
  assert.equal(sync.state().name, "idle");
});

test("1203 items go in batches of 500, the oldest first, each once", async () => {
  const { store, server, sync } = await stage();
  await fill(store, 1203);
  await sync.sendNow();
  const posts = server.posts();
  assert.deepEqual(
    posts.map((ids) => ids.length),
    [500, 500, 203],
  );
  assert.equal(posts[0][0], "i0");
  onceEach(server, 1203);
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

test("a connection that drops after the server has committed: the same ids again, nothing twice", async () => {
  const { store, server, sync } = await stage();
  await fill(store, 5);
  let dropped = 0;
  server.on("/officer/sync", async (_body, { usual }) => {
    await usual();
    if ((dropped += 1) === 1) throw new TypeError("connection reset");
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

test("a hotel's sign-in page with 200 is no answer of ours", async () => {
  const { store, server, sync } = await stage();
  await sync.sendNow();
  await fill(store, 1);
  server.on("/officer/sync", () => new Response("<html>Welcome</html>", { status: 200 }));
  await sync.sendNow();
  assert.equal(sync.state().name, "server_down");
  assert.deepEqual(await waiting(store), ["i0"]);
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

test("a busy server says when to come back", async () => {
  const { store, server, sync, timers } = await stage();
  await fill(store, 1);
  server.on("/officer/sync", () =>
    server.reply(503, { error: { code: "busy", message: "忙" } }, { "Retry-After": "90" }),
  );
  await sync.sendNow();
  assert.equal(timers.waiting.at(-1).delay, 90_000);
});

test("a server that never answers is given up after its time", async () => {
  const { makeServer } = await import("../../governance/client/field/server.js");
  const hanging = makeServer({
    fetch: (_path, { signal }) =>
      new Promise((_done, fail) => {
        signal.addEventListener("abort", () => fail(signal.reason));
      }),
  });
  assert.equal((await hanging.ask("/officer/field.json", { timeout: 5 })).kind, "unreachable");
});

test("refused items stay with the server's reason and the others are not held up", async () => {
  const { store, server, sync } = await stage();
  await fill(store, 3);
  server.on("/officer/sync", async (body, { usual }) => {
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

test("what is handed to the committee, and reminders, go to their own doors", async () => {
  const { store, server, sync } = await stage();
  await store.record({ ...itemOf("r"), kind: "remind" });
  await store.record(itemOf("a"));
  await store.settle([{ id: "a", outcome: "refused", error: { code: "cap_reached", message: "x" } }]);
  await store.hand(["a"]);
  server.on("/officer/held", (body) =>
    server.reply(200, { results: body.items.map(({ id }) => ({ id, outcome: "held" })) }),
  );
  await sync.sendNow();
  assert.deepEqual([server.posts("/officer/remind"), server.posts("/officer/held")], [[["r"]], [["a"]]]);
  assert.deepEqual(await waiting(store), []);
});

test("photos go after their item, one by one, and leave the phone when they have arrived", async () => {
  const { store, server, sync } = await stage();
  await store.record(itemOf("a", { photos: ["p1", "p2"] }), [blob("1"), blob("2")]);
  await sync.sendNow();
  const order = server.asked.filter((one) => one.method !== "GET").map((one) => one.path);
  assert.deepEqual(order, ["/officer/sync", "/officer/photos/p1", "/officer/photos/p2"]);
  assert.equal(server.photos.size, 2);
  assert.equal((await store.photosWaiting()).length, 0);
});

test("a photo whose item was refused or has not arrived is not sent", async () => {
  const { store, server, sync } = await stage();
  await store.record(itemOf("a", { photos: ["p1"] }), [blob()]);
  server.on("/officer/sync", () =>
    server.reply(200, { results: [{ id: "a", outcome: "refused", error: { code: "x", message: "x" } }] }),
  );
  await sync.sendNow();
  assert.equal(server.photos.size, 0);
  assert.equal((await store.photosWaiting()).length, 1);
});

test("a photo that failed is sent again; one that is no picture keeps its sentence and stops nothing", async () => {
  const { store, server, sync } = await stage();
  await store.record(itemOf("a", { photos: ["p1", "p2", "p3"] }), [blob(), blob(), blob()]);
  let first = true;
  server.on("/officer/photos/p1", () => {
    if (first) {
      first = false;
      throw new TypeError("reset");
    }
  });
  server.on("/officer/photos/p2", () => server.reply(422, { error: { code: "bad_photo", message: "照片打不开。" } }));
  await sync.sendNow();
  assert.equal(sync.state().name, "server_down");
  assert.equal(sync.state().photos, 3);
  await sync.sendNow();
  const [left] = await store.photosWaiting();
  assert.deepEqual([left.id, left.problem.message], ["p2", "照片打不开。"]);
  assert.equal(server.photos.size, 2);
});

test("a clock wrong by days is noticed, what is recorded then has the right time, and the page says it", async () => {
  const { store, server, sync, wall } = await stage();
  wall.at = T0 - 3 * 24 * 60 * MINUTE;
  server.time = () => wall.at + 3 * 24 * 60 * MINUTE;
  await sync.sendNow();
  assert.equal(sync.state().name, "clock_wrong");
  assert.match(sync.state().message, /慢了3 天/);
  assert.equal(sync.now().toISOString(), "2026-11-20T08:00:00.000Z");
  await store.record(itemOf("a", { seen_at: sync.now().toISOString() }), [], sync.note());
  await sync.sendNow();
  assert.equal(
    server.asked.find((one) => one.path === "/officer/sync").body.items[0].seen_at,
    "2026-11-20T08:00:00.000Z",
  );
});

test("what was recorded before the clock was known to be wrong is mended before its first try, never after it", async () => {
  const { store, server, sync, wall } = await stage();
  const behind = 2 * 24 * 60 * MINUTE;
  wall.at = T0 - behind;
  await store.record(itemOf("a", { seen_at: new Date(wall.at).toISOString() }), [], sync.note());
  server.time = () => wall.at + behind;
  server.on("/officer/sync", () => {
    throw new TypeError("reset");
  });
  await sync.sendNow();
  server.off("/officer/sync");
  wall.at = T0; // somebody sets the clock
  server.time = () => wall.at;
  await sync.sendNow();
  const sent = server.asked.filter((one) => one.path === "/officer/sync").map((one) => one.body.items[0].seen_at);
  assert.deepEqual(sent, ["2026-11-20T08:00:00.000Z", "2026-11-20T08:00:00.000Z"]);
});

test("a clock that was set meanwhile is not corrected by what was measured before", async () => {
  const wall = { at: T0 };
  const { server, sync } = await stage({ wall, steady: () => T0 });
  server.time = () => T0 + 5 * 60 * MINUTE;
  await sync.sendNow();
  assert.equal(sync.state().clock, true);
  wall.at = T0 + 5 * 60 * MINUTE;
  assert.equal(sync.state().clock, false);
  assert.equal(sync.now().getTime(), wall.at);
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
