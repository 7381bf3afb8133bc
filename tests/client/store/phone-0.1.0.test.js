// A phone that version 0.1.0 has filled: what it holds is read, sent and unlocked by every later page.
// phone-0.1.0.json is what 0.1.0 itself wrote into IndexedDB: it is never made anew, and never mended.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { makeSession } from "../../../governance/client/field/holder/session.js";
import { openDevice } from "../../../governance/client/field/store/device.js";
import { openStore } from "../../../governance/client/field/store/store.js";
import { makeSending } from "../fake.js";
import { makeFakeServer } from "../fakeserver.js";

const PHONE = JSON.parse(readFileSync(new URL("phone-0.1.0.json", import.meta.url), "utf8"), unpacked);
const LOCKED = { owner: "01930000-0000-7000-8000-00000000000b", password: "当时的密码" };
const id = (end) => `0193a000-0000-7000-8000-0000000004${end}`;
const photo = (end) => `0193a000-0000-7000-8000-0000000005${end}`;
const ends = (rows) => rows.map((row) => row.id.slice(-2)).join();
const text = (bytes) => new TextDecoder().decode(bytes);

function unpacked(_key, value) {
  if (!value?.$bytes) return value;
  const bytes = new Uint8Array(Buffer.from(value.$bytes, "base64"));
  return value.$as === "ArrayBuffer" ? bytes.buffer : bytes;
}

function refill({ name, version, stores }) {
  return new Promise((done, fail) => {
    const opening = indexedDB.open(name, version);
    opening.onerror = () => fail(opening.error);
    opening.onupgradeneeded = () => {
      for (const [key, { keyPath, autoIncrement, indexes, rows }] of Object.entries(stores)) {
        const store = opening.result.createObjectStore(key, keyPath ? { keyPath, autoIncrement } : {});
        for (const one of indexes) store.createIndex(one.name, one.keyPath, { unique: one.unique });
        for (const row of rows) store.put(row.value, row.key);
      }
    };
    opening.onsuccess = () => {
      opening.result.close();
      done();
    };
  });
}

const now = () => PHONE.now;

before(async () => {
  for (const one of PHONE.databases) await refill(one);
});

test("what the phone of 0.1.0 holds is read as it was written", async () => {
  const store = await openStore(PHONE.owner, { now });
  assert.equal(ends(await store.outbox()), "03,05,06,07,08,09");
  assert.deepEqual((await store.outbox()).map((row) => row.to).join(), "held,sync,sync,sync,remind,sync");
  assert.equal(ends(await store.refused()), "02");
  assert.equal(ends(await store.photosWaiting()), "01,02,03");
  assert.deepEqual(await store.count(), {
    items: 6,
    photos: 3,
    refused: 1,
    oldest: Date.parse("2026-11-20T08:02:00Z"),
  });
  const { pack, packTag, field, fieldTag, takenAt } = await store.readTaken();
  assert.deepEqual([pack.village.name, packTag, field.officer.name, fieldTag], ["柳河村", "p", "张", "f"]);
  assert.equal(takenAt, Date.parse("2026-11-20T08:04:00Z"));
  assert.equal(await store.get("round"), "day");
  assert.equal((await store.get("many")).rows.length, 1);
  assert.deepEqual(Object.values(await store.get("marks")), [{ day: "2026-11-20", state: "done" }]);
  const states = (await store.recent()).map((row) => `${row.id.slice(-2)} ${row.state}`);
  assert.deepEqual(states.sort(), [
    "01 done",
    "02 refused",
    "03 waiting",
    "04 done",
    "05 waiting",
    "06 waiting",
    "07 waiting",
    "08 waiting",
    "09 waiting",
  ]);
  assert.match(await store.exportAll(), /院墙外堆着旧木料/);
  store.close();
});

test("an update that signs everybody out loses nothing that waits, and asks for the sign-in", async () => {
  const store = await openStore(PHONE.owner, { now });
  const kept = JSON.stringify(await store.exportRows());
  const server = makeFakeServer(PHONE.owner, now);
  server.signedIn = false; // the cookie of 0.1.0 has another name, or says nothing to the server any more
  const sync = makeSending(store, server, { at: PHONE.now });
  for (let turn = 0; turn < 3; turn += 1) await sync.sendNow({ force: true });
  assert.equal(sync.state().name, "signed_out");
  assert.equal(JSON.stringify(await store.exportRows()), kept);
  assert.equal(server.recorded.size, 0);
  store.close();
});

test("what waits goes to its door word for word, each once, and leaves the phone", async () => {
  const { rows } = PHONE.databases[0].stores.outbox;
  const store = await openStore(PHONE.owner, { now });
  const server = makeFakeServer(PHONE.owner, now);
  const sync = makeSending(store, server, { at: PHONE.now });
  await sync.sendNow({ force: true });
  const sent = ["sync", "remind", "held"].flatMap((to) =>
    server.asked
      .filter((one) => one.path === `/officer/${to}`)
      .flatMap((one) => one.body.items.map((item) => ({ to, item }))),
  );
  for (const { value } of rows) {
    const [found, ...more] = sent.filter(({ item }) => item.id === value.id);
    assert.deepEqual(more, [], value.id);
    assert.deepEqual(found, { to: value.to, item: value.item });
  }
  assert.equal(sent.length, rows.length);
  assert.equal(sync.state().items, 0);
  assert.deepEqual([...server.photos].map(([path, bytes]) => `${path} ${text(bytes)}`).sort(), [
    `/officer/photos/${photo("01")} one`,
    `/officer/photos/${photo("03")} three`,
  ]);
  assert.equal(ends(await store.refused()), "02", "what was refused waits for its person");
  store.close();
});

test("what was refused can still be handed to the committee, with its photo", async () => {
  const store = await openStore(PHONE.owner, { now });
  const server = makeFakeServer(PHONE.owner, now);
  const sync = makeSending(store, server, { at: PHONE.now });
  await store.hand([id("02")]);
  await sync.sendNow({ force: true });
  assert.deepEqual(server.asked.find((one) => one.path === "/officer/held").body.items[0].why, "cap_reached");
  assert.equal(text(server.photos.get(`/officer/photos/${photo("02")}`)), "two");
  assert.deepEqual(await store.count(), { items: 0, photos: 0, refused: 0, oldest: null });
  store.close();
});

test("what 0.1.0 locked opens with its password", async () => {
  const device = await openDevice("");
  assert.equal(await device.owner(), PHONE.owner);
  assert.equal(await device.get("leaving"), true);
  const session = makeSession({ device, server: null });
  const store = await openStore(LOCKED.owner, { now });
  assert.deepEqual(await session.unlock(store, LOCKED.password), { back: 1, left: 0 });
  assert.equal(ends(await store.outbox()), "11");
  assert.equal(text(await store.photoBytes(photo("04"))), "four");
});
