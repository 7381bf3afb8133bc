import assert from "node:assert/strict";
import { test } from "node:test";
import { blob, itemOf, stage } from "../fake.js";
import { fill, onceEach, waiting } from "./filled.js";

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

test("a photo that is too large for a layer before the service is told so and stops nothing", async () => {
  const { store, server, sync } = await stage();
  await store.record(itemOf("a", { photos: ["p1", "p2"] }), [blob(), blob()]);
  server.on("/officer/photos/p1", () => new Response("<html>413 Request Entity Too Large</html>", { status: 413 }));
  await sync.sendNow();
  const [left] = await store.photosWaiting();
  assert.equal(left.id, "p1");
  assert.match(left.problem.message, /太大/);
  assert.equal(server.photos.size, 1);
  assert.equal(sync.state().name, "idle");
  server.off("/officer/photos/p1");
  await store.photoAgain("p1");
  await sync.sendNow();
  assert.equal(server.photos.size, 2);
});

test("a photo that is not wanted any more leaves the phone, its item has arrived", async () => {
  const { store, server, sync } = await stage();
  await store.record(itemOf("a", { photos: ["p1"] }), [blob()]);
  server.on("/officer/photos/", () =>
    server.reply(422, { error: { code: "photo_too_large", message: "照片太大了，最多 16 MB。" } }),
  );
  await sync.sendNow();
  assert.match((await store.photosWaiting())[0].problem.message, /太大/);
  await store.photoDropped("p1");
  assert.equal((await store.photosWaiting()).length, 0);
  assert.equal(await store.photoBytes("p1"), undefined);
  onceEach(server, 1);
});

test("a large photo has time for a weak signal, and whoever sends it holds the sending so long", async () => {
  const told = [];
  const lock = async (work) => {
    await work((longest) => told.push(longest));
    return true;
  };
  const { store, sync } = await stage({ lock });
  await store.record(itemOf("a", { photos: ["p1"] }), [new Blob([new Uint8Array(16 * 2 ** 20)])]);
  await sync.sendNow();
  assert.ok(told.at(-1) > 1_000_000, told.at(-1));
});
