// The field page: opens what the phone holds, shows the page its address names, and keeps sending.
//
// What a view gets: default (root, app, params). It fills `root` and may return a function that tidies up.
// app: {store, sync, session, taken(), say, go(hash), now(), record(item, blobs), thumb(...buttons),
//       onChange(fn(what)), notice(text, kind), title(text), base, scanworker}
import { openDevice } from "./device.js";
import { el, show } from "./dom.js";
import { newId } from "./ids.js";
import { shrink } from "./photo.js";
import { makePill } from "./pill.js";
import { findRoute } from "./routes.js";
import { makeServer } from "./server.js";
import { makeSession } from "./session.js";
import { signInForm, signOutCard, unlockForm } from "./sign.js";
import { openStore, SOON } from "./store.js";
import { makeSync } from "./sync.js";
import { languageNow, say, setLanguage } from "./words.js";

const { base, scanworker } = document.body.dataset;
const place = document.getElementById("field");
const frame = (name, tools, ...rest) =>
  show(place, el("header", {}, name, el("div", { class: "tools row" }, tools)), ...rest);
const brand = () => el("b", {}, say("和美积分"));

async function boot() {
  setLanguage(localStorage.getItem("hemei-field-language"));
  document.documentElement.lang = languageNow() === "en" ? "en" : "zh-CN";
  const device = await openDevice(base);
  const session = makeSession({ device, server: makeServer({ base }) });
  const owner = await device.owner();
  await (owner ? open(device, session, owner) : greet(device, session));
  keepShell(); // last: what is read now goes first
}

// The first visit, or after a sign-out: whose page is it? Needs the network, once.
async function greet(device, session, told = "") {
  const found = (await session.finishLeaving()) ? await session.who() : { problem: "unreachable" };
  if (found.officer) return adopt(device, found);
  const away = found.problem === "unreachable";
  const text = away
    ? say("第一次打开要有网络：登录一次，取到名单以后就不用网络了。")
    : say("登录一次，取到名单以后没有信号也能用。");
  const enter = async (username, password) => {
    const entered = await session.signIn(username, password);
    return adopt(device, entered, password, session);
  };
  frame(
    brand(),
    [],
    el(
      "main",
      { id: "main" },
      told && el("p", { class: "notice good", role: "status" }, told),
      signInForm(enter, text, "h1"),
    ),
  );
  if (away) addEventListener("online", () => location.reload(), { once: true });
  return null;
}

// The page belongs to this officer from now on.
async function adopt(
  device,
  { officer, answer },
  password = "",
  session = makeSession({ device, server: makeServer({ base }) }),
) {
  const store = await openStore(officer.id);
  await store.keepField(answer.json, answer.etag);
  const { back, left } = password
    ? await session.unlock(store, password)
    : { back: 0, left: (await device.kept(officer.id)).length };
  store.close();
  await device.setOwner(officer.id);
  return open(device, session, officer.id, { back, left });
}

async function open(device, session, owner, { back = 0, left = null } = {}) {
  const store = await openStore(owner, { onGone: () => location.reload() });
  const kept = left === null ? (await device.kept(owner)).length : left;
  const app = makeApp({ device, session, store, first: await store.readTaken(), kept });
  app.start();
  if (back) app.notice(say("上次锁着的 %(count)s 条已经打开，接着传。", { count: back }));
}

function makeApp({ device, session, store, first, kept }) {
  const sync = makeSync({ store, base, onOther: (officer) => hand(officer) });
  const main = el("main", { id: "main" });
  const door = el("section", { class: "door", "aria-label": say("登录") }); // the sign-in, above the page, when it has expired
  const thumb = el("nav", { class: "thumb", hidden: true });
  const name = brand();
  const heard = new Set();
  let taken = first;
  let tidy = null;
  const leaving = signOutCard({
    state: sync.state,
    send: () => sync.sendNow({ force: true }),
    leave,
    exportText: () => saveText(store),
  });

  const app = {
    store,
    sync,
    say,
    base,
    scanworker,
    session: {
      ...session,
      // The card of signing out, the same each time: what was typed in it stays.
      card() {
        const active = document.activeElement;
        if (!leaving.node.contains(active) || active.tagName !== "INPUT") leaving.draw();
        else queueMicrotask(() => active.focus());
        return leaving.node;
      },
    },
    taken: () => taken,
    now: () => sync.now(),
    go: (hash) => {
      location.hash = hash;
    },
    title(text) {
      document.title = text;
    },
    // The buttons at the thumb; the next page begins without any.
    thumb(...buttons) {
      show(thumb, ...buttons);
      thumb.hidden = !buttons.length;
    },
    // Called with what has changed until the view is left: items (recorded, sent), taken (the list), state (of sending).
    onChange(fn) {
      heard.add(fn);
    },
    notice(text, kind = "good") {
      main.querySelector(":scope > .notice.passing")?.remove();
      main.prepend(el("p", { class: `notice passing ${kind}`, role: kind === "bad" ? "alert" : "status" }, text));
    },
    // Write it down. Resolves when it stands on the phone; rejects with a sentence when it does not.
    async record(item, blobs = []) {
      const small = await Promise.all(blobs.map(shrink)).catch(() => {
        throw new Error(say("照片打不开，请重新拍一张。这一条没有记上。"));
      });
      const whole = { id: newId(), seen_at: app.now().toISOString(), ...item };
      if (small.length) whole.photos = small.map(() => newId());
      try {
        await store.record(whole, small, sync.note());
      } catch (fault) {
        if (fault.name === "StoreFull") sync.reportFull(true);
        throw fault;
      }
      sendSoon();
      return whole;
    },
    start() {
      place.hemei = app; // for whoever helps over the telephone, by the browser's console
      frame(name, [makePill(sync), el("a", { href: "#/me" }, say("我的"))], door, main, thumb);
      store.subscribe((what, values) => (what === "taken" ? take(values) : changed(what)));
      sync.subscribe(() => {
        showDoor();
        changed("state");
      });
      addEventListener("hashchange", draw);
      navigator.serviceWorker?.addEventListener("message", ({ data }) => data === "send" && sync.sendNow());
      findDoor(taken);
      draw();
      sync.start(globalThis, session.finishLeaving());
    },
  };

  // What this window has taken it has; what another one has, the store tells.
  async function take(values) {
    const had = taken.pack && taken.field;
    taken = values ? { ...taken, ...values } : await store.readTaken();
    name.textContent = taken.pack?.village?.name || say("和美积分");
    if (!had && taken.pack && taken.field)
      draw(); // the list has come for the first time
    else changed("taken");
  }
  // When it has been said that it is recorded; of many at once, when the last one is.
  let soon = null;
  function sendSoon() {
    clearTimeout(soon);
    soon = setTimeout(() => {
      keepStorage();
      sync.sendNow();
      askBackground();
    }, SOON);
  }
  function changed(what) {
    for (const fn of heard) fn(what);
  }
  function draw() {
    tidy?.();
    tidy = null;
    heard.clear();
    app.thumb();
    const found = findRoute(location.hash) || findRoute("#/");
    name.textContent = taken.pack?.village?.name || say("和美积分");
    app.title(say("走访"));
    show(main);
    tidy = found.view(main, app, found.params) || null;
    scrollTo(0, 0);
  }
  // Sign in again without leaving the page, or open what an older password has locked.
  function showDoor() {
    const wanted = sync.state().name === "signed_out" ? "sign-in" : kept ? "unlock" : "";
    if (sync.state().name === "sending" || door.dataset.shows === wanted) return;
    if (!wanted && !navigator.onLine && door.contains(document.activeElement)) return; // the signal comes and goes while they type
    door.dataset.shows = wanted;
    show(
      door,
      wanted === "sign-in" && signInForm(enter, sync.state().message),
      wanted === "unlock" && unlockForm(unlock),
    );
  }
  async function enter(username, password) {
    const found = await session.signIn(username, password);
    if (found.officer.id !== store.owner) return hand(found.officer);
    ({ left: kept } = await session.unlock(store, password));
    await sync.signedIn();
    return showDoor();
  }
  async function unlock(password) {
    const { back, left } = await session.unlock(store, password);
    if (!back) throw new Error(say("这个密码打不开，请再想想。"));
    kept = left;
    app.notice(say("上次锁着的 %(count)s 条已经打开，接着传。", { count: back }));
    await sync.sendNow();
    showDoor();
  }
  // Another officer has signed in on this phone: theirs is shown, of this one only what waits stays.
  async function hand(officer) {
    sync.stop();
    await store.forgetTaken();
    await device.setOwner(officer.id);
    location.reload();
  }
  async function leave(password) {
    sync.stop();
    const { later } = await session.signOut(store, { password });
    removeEventListener("hashchange", draw);
    history.replaceState(null, "", `${base}/officer/field`);
    return greet(
      device,
      session,
      later ? say("已退出。现在没有网络，系统那边等有网时再退出；在那以前，这部手机请不要交给别人。") : say("已退出。"),
    );
  }
  return app;
}

// A code that the phone's own scanner opened: the shell answered, the pack knows the household.
function findDoor({ pack }) {
  const token = location.pathname.slice(base.length).match(/^\/h\/([^/]+)\/?$/)?.[1];
  if (!token) return;
  const home = (pack?.households || []).find((one) => one.door === token);
  history.replaceState(
    null,
    "",
    `${base}/officer/field${home ? `#/h/${home.id}` : `#/scan/${encodeURIComponent(token)}`}`,
  );
}

async function saveText(store) {
  const address = URL.createObjectURL(new Blob(["\ufeff", await store.exportAll()], { type: "text/plain" }));
  el("a", { href: address, download: "hemei.txt" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

// Ask once that the browser does not clear what waits (iOS would after seven days without use).
let persisted = false;
function keepStorage() {
  if (persisted) return;
  persisted = true;
  navigator.storage?.persist?.().catch(() => {});
}

function keepShell() {
  navigator.serviceWorker?.register(`${base}/sw.js`, { scope: `${base}/`, updateViaCache: "none" }).catch(() => {});
}

// Where there is Background Sync, the browser sends when the network comes back, even with the page closed.
let registration = null;
async function askBackground() {
  try {
    registration = registration || (await navigator.serviceWorker.getRegistration(`${base}/`));
    await registration.sync.register("hemei-send");
  } catch {
    // not here: the page does it
  }
}

boot();
