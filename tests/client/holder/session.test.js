import assert from "node:assert/strict";
import { test } from "node:test";
import { makeSession } from "../../../governance/client/field/holder/session.js";
import { openDevice } from "../../../governance/client/field/store/device.js";
import { openStore } from "../../../governance/client/field/store/store.js";
import { blob, freshOwner, itemOf, T0 } from "../fake.js";

const FEW = 1000; // rounds: the tests lock often
let bases = 0;

// A server that knows who is signed in: /login, /logout, field.json.
async function stage() {
  const officer = { id: freshOwner(), name: "张" };
  const world = { online: true, signedIn: false, officer, password: "secret", leaves: 0 };
  const server = {
    async ask(path, { method = "GET", body } = {}) {
      if (!world.online) return { kind: "unreachable", status: 0, text: "" };
      const fields = new URLSearchParams(body);
      if (method === "POST" && fields.get("csrf_token") !== "t") return { status: 400, text: "stale" };
      if (path === "/login" && method === "POST") {
        if (fields.get("password") !== world.password) return { status: 403, text: "用户名或密码不对。" };
        world.signedIn = true;
        return { status: 0, moved: true };
      }
      if (path === "/logout") {
        world.signedIn = false;
        world.leaves += 1;
        return { status: 0, moved: true };
      }
      if (path === "/login") return { status: 200, text: "token" };
      if (!world.signedIn) return { kind: "signed_out", status: 401 };
      if (world.strange) return { kind: "not_allowed", status: 403 };
      return { kind: "ok", status: 200, json: { officer: world.officer, csrf: "c" }, etag: "f" };
    },
  };
  bases += 1;
  const device = await openDevice(`/test${bases}`);
  const read = (text) => ({ token: text === "token" ? "t" : null, problem: text });
  const session = makeSession({ device, server, rounds: FEW, read });
  const store = await openStore(officer.id, { now: () => T0 });
  return { world, device, session, store, open: () => openStore(officer.id, { now: () => T0 }) };
}

test("signing in tells whose page it is", async () => {
  const { session, world } = await stage();
  assert.equal((await session.signIn("zhang", "secret")).officer.id, world.officer.id);
});

test("a wrong password is told in the server's words; no network, and no officer, in ours", async () => {
  const { session, world } = await stage();
  await assert.rejects(session.signIn("zhang", "wrong"), /用户名或密码不对/);
  world.strange = true;
  await assert.rejects(session.signIn("clerk", "secret"), /不是网格员/);
  world.online = false;
  await assert.rejects(session.signIn("zhang", "secret"), /有网络的地方/);
});

test("with nothing waiting, signing out clears the phone and tells the server", async () => {
  const { session, store, device, world, open } = await stage();
  await device.setOwner(store.owner);
  await store.keepPack({ households: [{ head: "王秀兰" }] }, "p");
  assert.deepEqual(await session.signOut(store), { later: false });
  assert.equal(world.leaves, 1);
  assert.equal(await device.owner(), null);
  assert.equal((await (await open()).readTaken()).pack, null);
});

test("with something waiting, signing out is refused and nothing is touched", async () => {
  const { session, store, device, world } = await stage();
  await device.setOwner(store.owner);
  await store.record(itemOf("a"));
  await assert.rejects(session.signOut(store), /还有 1 条/);
  assert.equal((await store.count()).items, 1);
  assert.equal(await device.owner(), store.owner);
  assert.equal(world.leaves, 0);
});

test("what waits is locked, unreadable on the phone, and comes back with the password", async () => {
  const { session, store, device, open } = await stage();
  await store.record(itemOf("a", { note: "门前堆着柴", photos: ["p"] }), [blob("picture")]);
  await store.record(itemOf("b"));
  await store.settle([{ id: "b", outcome: "refused", error: { code: "cap_reached", message: "满" } }]);
  await session.signOut(store, { password: "secret" });
  const kept = await device.kept(store.owner);
  assert.equal(kept.length, 2);
  for (const part of kept) assert.ok(!new TextDecoder().decode(part.data).includes("h1"), "no household is readable");
  const again = await open();
  assert.deepEqual(await session.unlock(again, "wrong"), { back: 0, left: 2 });
  assert.equal((await again.count()).items, 0);
  assert.deepEqual(await session.unlock(again, "secret"), { back: 2, left: 0 });
  const { outbox, refused, photos } = await again.exportRows();
  assert.deepEqual(
    [outbox[0].item.note, refused[0].id, new TextDecoder().decode(photos[0].bytes)],
    ["门前堆着柴", "b", "picture"],
  );
  assert.deepEqual(await device.kept(store.owner), []);
});

test("locked twice with two passwords: each opens its own", async () => {
  const { session, store, device, open } = await stage();
  await store.record(itemOf("a"));
  await session.signOut(store, { password: "first" });
  const second = await open();
  await second.record(itemOf("b"));
  await session.signOut(second, { password: "second" });
  const third = await open();
  assert.deepEqual(await session.unlock(third, "second"), { back: 1, left: 1 });
  assert.deepEqual(await session.unlock(third, "first"), { back: 1, left: 0 });
  assert.deepEqual((await third.outbox()).map((row) => row.id).sort(), ["a", "b"]);
  assert.deepEqual(await device.kept(store.owner), []);
});

test("another officer's locked rows are not touched", async () => {
  const { session, store, device } = await stage();
  await store.record(itemOf("a"));
  await session.signOut(store, { password: "secret" });
  const other = await openStore(freshOwner());
  assert.deepEqual(await session.unlock(other, "secret"), { back: 0, left: 0 });
  assert.equal((await device.kept(store.owner)).length, 1);
});

test("signing out without a network clears the phone at once and the server later, before anybody else signs in", async () => {
  const { session, store, device, world } = await stage();
  world.signedIn = true;
  world.online = false;
  assert.deepEqual(await session.signOut(store), { later: true });
  assert.equal(await device.get("leaving"), true);
  assert.equal(await session.finishLeaving(), false);
  world.online = true;
  world.password = "other";
  await session.signIn("li", "other");
  assert.equal(world.leaves, 1);
  assert.equal(await device.get("leaving"), undefined);
});
