// What the tests of the store and the sending share: a database in memory, and the sending to a server that can misbehave.
import "../../governance/client/node_modules/fake-indexeddb/auto/index.mjs";
import { openStore } from "../../governance/client/field/store/store.js";
import { makeSync } from "../../governance/client/field/sync/sync.js";
import { makeFakeServer } from "./fakeserver.js";

export const OWNER = "0193";
export const T0 = Date.parse("2026-11-20T08:00:00Z");
let made = 0;

export function freshOwner() {
  made += 1;
  return `officer-${made}`;
}
export const itemOf = (id, more = {}) => ({
  id,
  kind: "award",
  household: "h1",
  rule: "r1",
  seen_at: new Date(T0).toISOString(),
  ...more,
});
export const blob = (text = "jpeg") => new Blob([text], { type: "image/jpeg" });

// A clock, a store, a server and the sending before it. `server.on(path, fn)` changes how it answers.
export async function stage({ wall = { at: T0 }, locks = undefined, ...more } = {}) {
  const owner = freshOwner();
  const store = await openStore(owner, { now: () => wall.at });
  const server = makeFakeServer(owner, () => T0);
  const timers = {
    waiting: [],
    setTimeout(fn, delay) {
      this.waiting.push({ fn, delay });
      return this.waiting.length;
    },
    clearTimeout() {},
  };
  const sync = makeSending(store, server, wall, { timers, ...(locks && { lock: undefined }), ...more });
  return { store, server, sync, timers, wall, owner };
}

// The sending between a store and such a server, alone on its phone.
export function makeSending(store, server, wall, more = {}) {
  return makeSync({
    store,
    fetch: server.fetch,
    now: () => wall.at,
    steady: () => wall.at,
    random: () => 1,
    online: () => server.online,
    timers: { setTimeout() {}, clearTimeout() {} },
    lock: async (work) => {
      await work(async () => {});
      return true;
    },
    ...more,
  });
}
