// The field page: opens what the phone holds, shows the page its address names, and keeps sending.
//
// What a view gets: default (root, app, params). It fills `root` and may return a function that tidies up.
// app: {store, sync, session, taken(), say, go(hash), now(), record(item, blobs), thumb(...buttons),
//       onChange(fn), notice(text, kind), title(text), base, scanworker}
import { openDevice } from "./device.js";
import { el, show } from "./dom.js";
import { newId } from "./ids.js";
import { shrink } from "./photo.js";
import { makePill } from "./pill.js";
import { findRoute } from "./routes.js";
import { openStore } from "./store.js";
import { makeSync } from "./sync.js";
import { languageNow, say, setLanguage } from "./words.js";

const { base, scanworker } = document.body.dataset;

async function boot() {
  setLanguage(localStorage.getItem("hemei-field-language"));
  document.documentElement.lang = languageNow() === "en" ? "en" : "zh-CN";
  const device = await openDevice(base);
  const owner = await device.owner();
  const store = await openStore(owner || "nobody");
  const app = makeApp(store, await store.readTaken());
  app.start();
}

function makeApp(store, first) {
  const sync = makeSync({ store, base });
  const place = document.getElementById("field");
  const main = el("main", { id: "main" });
  const thumb = el("nav", { class: "thumb", hidden: true });
  const name = el("b", {});
  const heard = new Set();
  let taken = first;
  let tidy = null;

  const app = {
    store, sync, say, base, scanworker,
    taken: () => taken,
    now: () => new Date(),
    go: (hash) => { location.hash = hash; },
    title(text) { document.title = text; },
    // The buttons at the thumb; the next page begins without any.
    thumb(...buttons) {
      show(thumb, ...buttons);
      thumb.hidden = !buttons.length;
    },
    // Called after anything was recorded, sent or taken, until the view is left.
    onChange(fn) { heard.add(fn); },
    notice(text, kind = "good") {
      main.querySelector(":scope > .notice.passing")?.remove();
      main.prepend(el("p", { class: `notice passing ${kind}`, role: kind === "bad" ? "alert" : "status" }, text));
    },
    // Write it down. Resolves when it stands on the phone; rejects with a sentence when it does not.
    async record(item, blobs = []) {
      const small = await Promise.all(blobs.map(shrink));
      const whole = { id: newId(), seen_at: app.now().toISOString(), ...item };
      if (small.length) whole.photos = small.map(() => newId());
      await store.record(whole, small);
      sync.sendNow();
      return whole;
    },
    start() {
      show(place, el("header", {}, name, el("div", { class: "tools" }, makePill(sync), el("a", { href: "#/me" }, say("我的")))), main, thumb);
      store.subscribe(refresh);
      sync.subscribe(refresh);
      addEventListener("hashchange", draw);
      sync.start();
      draw();
    },
  };

  async function refresh() {
    taken = await store.readTaken();
    name.textContent = taken.pack?.village?.name || say("和美积分");
    for (const fn of heard) fn();
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
  return app;
}

boot();
