// The page of one officer: shows what the phone holds, the view its address names, and keeps sending.
//
// What a view gets: default (root, app, params). It fills `root` and may return a function that tidies up.
// app: {store, sync, session, taken(), say, go(hash), now(), record(item, blobs), thumb(...buttons),
//       onChange(fn(what)), notice(text, kind), title(text), base, scanworker}
import { makeDoor } from "../holder/door.js";
import { signOutCard } from "../holder/sign.js";
import { makeSync } from "../sync/sync.js";
import { say } from "../words/say.js";
import { el } from "./dom.js";
import { makeFrame } from "./frame.js";
import { askToKeep } from "./keeping.js";
import { makePill } from "./pill.js";
import { makeRecorder } from "./recorder.js";
import { findRoute } from "./routes.js";

// `greet(text)` shows the sign-in to whoever comes next, when the officer has signed out.
export function makeApp({ device, session, store, first, kept, place, greet }) {
  const { base, scanworker } = document.body.dataset;
  const hand = (officer) => handOver(officer, { device, store, sync });
  const sync = makeSync({ store, base, onOther: hand });
  const frame = makeFrame(place);
  const door = makeDoor({ session, store, sync, kept, hand, notice: frame.notice });
  const leaving = signOutCard({
    state: sync.state,
    send: () => sync.sendNow({ force: true }),
    leave: (password) => leave(password, { session, store, sync, draw, greet, base }),
    exportText: () => saveText(store),
  });
  const heard = new Set();
  let taken = first;

  const app = {
    store,
    sync,
    say,
    base,
    scanworker,
    session: { ...session, card: () => cardOf(leaving) },
    taken: () => taken,
    now: () => sync.now(),
    go: (hash) => {
      location.hash = hash;
    },
    title(text) {
      document.title = text;
    },
    thumb: frame.thumb,
    notice: frame.notice,
    record: makeRecorder({ store, sync, base }),
    // Called with what has changed until the view is left: items (recorded, sent), taken (the list), state (of sending),
    // health (whether the phone can read what it holds).
    onChange: (fn) => heard.add(fn),
    start() {
      place.hemei = app; // for whoever helps over the telephone, by the browser's console
      frame.open([makePill(sync), el("a", { href: "#/me" }, say("我的"))], door.node);
      listen({ store, sync, door, frame }, { take, changed, draw });
      findDoor(taken, base);
      draw();
      sync.start(globalThis, session.finishLeaving());
      store.count().then(({ items, photos }) => items + photos && askToKeep());
    },
  };
  // What this window has taken it has; what another one has, the store tells.
  async function take(values) {
    const had = isWhole(taken);
    taken = values ? { ...taken, ...values } : await store.readTaken().catch(() => taken);
    frame.name(taken.pack?.village?.name);
    if (had || !isWhole(taken)) changed("taken");
    else draw(); // the list has come for the first time
  }
  const changed = (what) => {
    for (const fn of heard) fn(what);
  };
  function draw() {
    frame.leave();
    heard.clear();
    frame.name(taken.pack?.village?.name);
    app.title(say("走访"));
    const { view, params } = findRoute(location.hash) || findRoute("#/");
    frame.view((main) => view(main, app, params));
  }
  return app;
}

// Whether the list has come, with its extras.
const isWhole = ({ pack, field: extras }) => pack && extras;

function listen({ store, sync, door, frame }, { take, changed, draw }) {
  store.subscribe((what, values) => {
    if (what === "taken") return take(values);
    if (what === "health") frame.alarm(store.trouble()?.message || "");
    return changed(what);
  });
  sync.subscribe(() => {
    door.draw();
    changed("state");
  });
  addEventListener("hashchange", draw);
  navigator.serviceWorker?.addEventListener("message", ({ data }) => data === "send" && sync.sendNow());
}

// The card of signing out, the same each time: what was typed in it stays.
function cardOf({ node, draw }) {
  const active = document.activeElement;
  if (!node.contains(active) || active.tagName !== "INPUT") draw();
  else queueMicrotask(() => active.focus());
  return node;
}

// Another officer has signed in on this phone: theirs is shown, of this one only what waits stays.
async function handOver(officer, { device, store, sync }) {
  sync.stop();
  await store.forgetTaken();
  await device.setOwner(officer.id);
  location.reload();
}

async function leave(password, { session, store, sync, draw, greet, base }) {
  sync.stop();
  const { later } = await session.signOut(store, { password });
  removeEventListener("hashchange", draw);
  history.replaceState(null, "", `${base}/officer/field`);
  return greet(
    later ? say("已退出。现在没有网络，系统那边等有网时再退出；在那以前，这部手机请不要交给别人。") : say("已退出。"),
  );
}

// A code that the phone's own scanner opened: the shell answered, the pack knows the household.
function findDoor({ pack }, base) {
  const token = location.pathname.slice(base.length).match(/^\/h\/([^/]+)\/?$/)?.[1];
  if (!token) return;
  const home = (pack?.households || []).find((one) => one.door === token);
  const hash = home ? `#/h/${home.id}` : `#/scan/${encodeURIComponent(token)}`;
  history.replaceState(null, "", `${base}/officer/field${hash}`);
}

async function saveText(store) {
  const address = URL.createObjectURL(new Blob(["\ufeff", await store.exportAll()], { type: "text/plain" }));
  el("a", { href: address, download: "hemei.txt" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
