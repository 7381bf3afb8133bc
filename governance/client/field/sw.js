// The service worker: keeps the shell, so that the page opens without a signal. Never anything of a person.
/* global SHELL_FILES, SHELL_VERSION */

import { makeSession } from "./holder/session.js";
import { openDevice } from "./store/device.js";
import { openStore } from "./store/store.js";
import { makeServer } from "./sync/server.js";
import { makeSync } from "./sync/sync.js";

const SCOPE = new URL(self.registration.scope).pathname;
const PREFIX = `hemei-shell ${SCOPE} `;
const CACHE = `${PREFIX}${SHELL_VERSION}`;
const PAGE = `${SCOPE}officer/field`;
const DOORS = `${SCOPE}h/`;
const ASSETS = Object.entries(SHELL_FILES).map(([name, digest]) => `${SCOPE}static/${name}?v=${digest}`);
const PATIENCE = 3000; // milliseconds that a door code waits for the server before the phone answers itself

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const answer = choose(event.request);
  if (answer) event.respondWith(answer());
});

// All of the new shell or none of it: a server in the middle of its own update is asked again another time.
async function install() {
  const cache = await caches.open(CACHE);
  try {
    await Promise.all([...ASSETS, PAGE].map((url) => fetchShell(url).then((answer) => cache.put(url, answer))));
    const page = await (await cache.match(PAGE)).text();
    const strange = ASSETS.filter((url) => !/icon|manifest/.test(url) && !page.includes(url));
    if (strange.length) throw new Error(`the page is of another version: ${strange}`);
  } catch (fault) {
    await caches.delete(CACHE);
    throw fault;
  }
  // Pages that are open keep what they have loaded; the next start gets the new one.
  await self.skipWaiting();
}

// Without the cookie: nothing of a person can come back. What the page has loaded a moment ago is not loaded again.
async function fetchShell(url) {
  const answer = await fetch(url, {
    credentials: "omit",
    cache: url === PAGE ? "no-cache" : "default",
    redirect: "error",
  });
  if (!answer.ok) throw new Error(`${answer.status} ${url}`);
  return answer;
}

// The shell before this one stays for pages that are still open; older ones go.
async function activate() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
  await self.clients.claim();
}

// How to answer a request, or null: then the browser does as if we were not here.
function choose(request) {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return null;
  if (url.pathname === PAGE) return () => shell(request);
  if (url.pathname.startsWith(DOORS) && request.mode === "navigate") return () => doorCode(request);
  if (url.pathname.startsWith(`${SCOPE}static/`) && url.searchParams.has("v")) return () => asset(request);
  return null;
}

async function shell(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(PAGE)) || fetch(request);
}

async function asset(request) {
  return (await caches.match(request.url)) || fetch(request);
}

// The server knows more, when it answers soon; else the shell finds the household by its token.
async function doorCode(request) {
  const late = new Promise((done) => {
    setTimeout(done, PATIENCE, null);
  });
  const asked = fetch(request).catch(() => null);
  const answer = await Promise.race([asked, late]);
  return answer || (await (await caches.open(CACHE)).match(PAGE)) || (await asked) || Response.error();
}

// Background Sync: the network is back. An open page sends; with none open, the worker does.
self.addEventListener("sync", (event) => {
  if (event.tag === "hemei-send") event.waitUntil(sendWaiting());
});

async function sendWaiting() {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (windows.length) {
    for (const one of windows) one.postMessage("send");
    return;
  }
  const base = SCOPE.slice(0, -1);
  const device = await openDevice(base);
  const owner = await device.owner();
  await makeSession({ device, server: makeServer({ base }) }).finishLeaving();
  device.close();
  if (!owner) return;
  const store = await openStore(owner);
  const sync = makeSync({ store, base });
  await sync.sendNow({ force: true });
  sync.stop();
  const { items, photos, name } = sync.state();
  store.close();
  // The browser asks again later; after an expired sign-in only its person can go on.
  if (items + photos && name !== "signed_out") throw new Error("not all was sent");
}
