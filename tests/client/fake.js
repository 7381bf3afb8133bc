// What the tests of the store and the sending share: a database in memory, a server that can misbehave.
import "../../governance/client/node_modules/fake-indexeddb/auto/index.mjs";
import { openStore } from "../../governance/client/field/store.js";
import { makeSync } from "../../governance/client/field/sync.js";

export const OWNER = "0193";
export const T0 = Date.parse("2026-11-20T08:00:00Z");
let made = 0;

export const freshOwner = () => `officer-${(made += 1)}`;
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
  const server = makeFakeServer(owner);
  const timers = {
    waiting: [],
    setTimeout(fn, delay) {
      this.waiting.push({ fn, delay });
      return this.waiting.length;
    },
    clearTimeout() {},
  };
  const sync = makeStage(store, server, wall, { timers, ...(locks && { lock: undefined }), ...more });
  return { store, server, sync, timers, wall, owner };
}

// The sending between a store and such a server, alone on its phone.
export function makeStage(store, server, wall, more = {}) {
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

export function makeFakeServer(owner, { time = () => T0 } = {}) {
  const handlers = new Map();
  const recorded = new Map(); // id -> how often it took effect
  const photos = new Map();
  const asked = [];
  const server = {
    online: true,
    time,
    recorded,
    photos,
    asked,
    token: "t1",
    officer: owner,
    signedIn: true,
    on(path, fn) {
      handlers.set(path, fn);
    },
    off(path) {
      handlers.delete(path);
    },
    async fetch(path, options = {}) {
      const body = typeof options.body === "string" ? JSON.parse(options.body) : options.body;
      asked.push({ path, method: options.method || "GET", body, headers: options.headers });
      if (!server.online) throw new TypeError("no network");
      const own = [...handlers.keys()].find((start) => path.startsWith(start));
      const told =
        own && (await handlers.get(own)(body, { path, options, usual: () => server.usual(path, options, body) }));
      return told || server.usual(path, options, body);
    },
    usual(path, { method = "GET", headers = {} } = {}, body = null) {
      if (!server.signedIn) return reply(401, { error: { code: "unauthorized", message: "请先登录。" } });
      if (path === "/officer/field.json") {
        if (headers["If-None-Match"] === "f") return reply(304);
        return reply(
          200,
          {
            officer: { id: server.officer, name: "张" },
            csrf: server.token,
            server_time: new Date(server.time()).toISOString(),
          },
          { ETag: "f" },
        );
      }
      if (path === "/officer/pack.json")
        return headers["If-None-Match"] === "p" ? reply(304) : reply(200, { households: [], rules: [] }, { ETag: "p" });
      if (method !== "GET" && headers["X-CSRFToken"] !== server.token)
        return reply(400, { error: { code: "stale_form", message: "旧" } });
      if (path.startsWith("/officer/photos/")) {
        const fresh = !photos.has(path);
        photos.set(path, body);
        return reply(fresh ? 201 : 200, { id: path });
      }
      return reply(200, {
        results: body.items.map((item) => {
          const known = recorded.has(item.id);
          recorded.set(item.id, (recorded.get(item.id) || 0) + (known ? 0 : 1));
          return {
            id: item.id,
            outcome: known ? "already" : "recorded",
            state: "booked",
            points: 5,
            standing: 5,
            spendable: 5,
          };
        }),
      });
    },
    posts: (path = "/officer/sync") =>
      asked.filter((one) => one.path === path).map((one) => one.body.items.map((item) => item.id)),
  };
  const reply = (status, json = null, headers = {}) =>
    new Response(status === 304 ? null : JSON.stringify(json), {
      status,
      headers: { Date: new Date(server.time()).toUTCString(), ...headers },
    });
  server.reply = reply;
  return server;
}
