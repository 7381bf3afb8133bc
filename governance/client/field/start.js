// The field page starts: whose page it is, in which language; then it opens what the phone holds for them.
import { makeSession } from "./holder/session.js";
import { signInForm } from "./holder/sign.js";
import { makeApp } from "./page/app.js";
import { el } from "./page/dom.js";
import { brand, draw } from "./page/frame.js";
import { insecureNotice, isSecure } from "./page/secure.js";
import { openDevice } from "./store/device.js";
import { openStore } from "./store/store.js";
import { makeServer } from "./sync/server.js";
import { languageNow, say, setLanguage } from "./words/say.js";

const { base } = document.body.dataset;
const place = document.getElementById("field");

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
  if (found.officer) {
    const left = (await device.kept(found.officer.id)).length;
    return adopt(device, session, found, () => ({ back: 0, left }));
  }
  const away = found.problem === "unreachable";
  const enter = async (username, password) => {
    const entered = await session.signIn(username, password);
    return adopt(device, session, entered, (store) => session.unlock(store, password));
  };
  const note = told && el("p", { class: "notice good", role: "status" }, told);
  draw(place, brand(), [], el("main", { id: "main" }, note, insecureNotice(), signInForm(enter, promise(away), "h1")));
  if (away) addEventListener("online", () => location.reload(), { once: true });
  return null;
}

function promise(away) {
  if (!isSecure()) return say("登录一次，取到名单就能记。");
  return away
    ? say("第一次打开要有网络：登录一次，取到名单以后就不用网络了。")
    : say("登录一次，取到名单以后没有信号也能用。");
}

// The page belongs to this officer from now on; `unlock` puts back what was locked, as far as it can be opened.
async function adopt(device, session, { officer, answer }, unlock) {
  const store = await openStore(officer.id);
  await store.keepExtras(answer.json, answer.etag);
  const { back, left } = await unlock(store);
  store.close();
  await device.setOwner(officer.id);
  return open(device, session, officer.id, { back, left });
}

async function open(device, session, owner, { back = 0, left = null } = {}) {
  const store = await openStore(owner, { onGone: () => location.reload() });
  const kept = left === null ? (await device.kept(owner)).length : left;
  const first = await store.readTaken();
  const app = makeApp({ device, session, store, first, kept, place, greet: (told) => greet(device, session, told) });
  app.start();
  if (back) app.notice(say("上次锁着的 %(count)s 条已经打开，接着传。", { count: back }));
}

function keepShell() {
  if (!isSecure()) return;
  navigator.serviceWorker?.register(`${base}/sw.js`, { scope: `${base}/`, updateViaCache: "none" }).catch(() => {});
}

// The phone does not give what it holds, or the browser keeps nothing: nothing is claimed of what waits.
function tellTrouble() {
  const reload = () => location.reload();
  draw(
    place,
    brand(),
    [],
    el(
      "main",
      { id: "main" },
      el(
        "section",
        { class: "card stop" },
        el("h1", {}, say("手机里存的东西打不开")),
        el("p", {}, say("请关掉这一页，重新打开。一直这样，看看是不是用了无痕浏览，或者手机存满了。")),
        el("p", {}, say("有没传的记录，请不要清理缓存、不要清除浏览器数据。")),
      ),
      el("button", { class: "btn wide", onclick: reload }, say("重新打开")),
      el("a", { class: "btn quiet wide", href: `${base}/officer/` }, say("用普通页面（要有信号）")),
    ),
  );
}

boot().catch((fault) => {
  tellTrouble();
  throw fault; // for the console
});
