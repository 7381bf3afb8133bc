// What waits to be sent, how old it is; what was refused, why, and what can be done; the state of the connection.
import { el, show } from "../page/dom.js";
import { isKept } from "../page/keeping.js";
import { isHandedIn } from "../store/rows.js";
import { say } from "../words/say.js";
import { dayText, link, model, momentText, pointsText, signed, tone } from "./parts.js";

const DAY = 86_400_000;
const OLD = 3; // days worth a word: somebody should find a signal

export default function outbox(root, app) {
  let left = false;
  const page = { root, app, asked: new Set(), told: "" };
  const again = async () => {
    const { look } = app.store;
    const [waiting, refused, photos, recent, kept] = await Promise.all([
      look.outbox(),
      look.refused(),
      look.photosWaiting(),
      look.recent(),
      isKept(),
    ]);
    if (!left) draw(page, { waiting, refused, photos, recent, kept }, again);
  };
  again();
  app.onChange(again);
  app.thumb(
    link(say("名单"), "#/"),
    el("button", { class: "btn", onclick: () => app.sync.sendNow({ force: true }) }, say("现在传")),
  );
  return () => {
    left = true;
  };
}

export function ageText(since, now) {
  const minutes = Math.max(0, Math.floor((now - since) / 60_000));
  if (minutes < 1) return say("刚才");
  if (minutes < 60) return say("%(count)s 分钟前", { count: minutes });
  if (minutes < 48 * 60) return say("%(count)s 小时前", { count: Math.floor(minutes / 60) });
  return say("%(count)s 天前", { count: Math.floor(minutes / 1440) });
}

// The state of the connection as a sentence.
export function stateSentence({ name, message }) {
  return (
    message ||
    {
      idle: say("连得上，传完了。"),
      sending: say("正在传…"),
      offline: say("现在没有信号，记的都在手机里，有信号会自己传。"),
      server_busy: say("系统正忙。没传的都在手机里，过一会儿自动再传。"),
      store_lost: say("手机里存的东西一时打不开，过一会儿自动再试。请关掉这一页，重新打开。"),
      server_down: say("系统暂时没有回应，过一会儿会自己再传，不会丢。"),
      signed_out: say("登录过期了。记的都在手机里，重新登录以后接着传。"),
      full_disk: say("手机存满了，新的记不下。请先删些照片、视频。"),
      clock_wrong: say("手机的时间不对，请先把时间调准再记。"),
    }[name] ||
    ""
  );
}

// How much waits and for how long, what becomes of it, and what would lose it.
function standing(app, { waiting, photos, kept }) {
  const lost = app.store.trouble();
  const count = waiting.length + photos.length;
  const oldest = Math.min(...[...waiting, ...photos].map((row) => row.addedAt));
  const now = +app.now();
  const days = Math.floor((now - oldest) / DAY);
  const nothing = lost ? say("现在看不到待传的") : say("都传上去了");
  return el(
    "section",
    { class: "card" },
    el("h1", {}, count ? say("待传 %(count)s 条", { count }) : nothing),
    el("p", { role: "status" }, lost ? "" : stateSentence(app.sync.state())),
    count > 0 && [
      lost && el("p", {}, say("下面是这一页还记得的，请先导出成文字。")),
      el("p", { class: "num" }, say("最早的一条：%(age)s", { age: ageText(oldest, now) })),
      days >= OLD &&
        el("p", { class: "notice mind" }, say("最早的一条已经等了 %(days)s 天。请尽快找个有信号的地方传。", { days })),
      el(
        "p",
        { class: "muted" },
        say("传完以前，不要清理缓存、不要清除浏览器数据，没传的会一起清掉。"),
        kept ? "" : say("苹果手机 7 天不打开这一页，也会自己清掉。"),
      ),
    ],
  );
}

function draw(page, held, again) {
  const { root, app } = page;
  const { waiting, refused, photos, recent } = held;
  const bad = photos.filter((photo) => photo.problem);
  const count = waiting.length + photos.length;
  const now = +app.now();
  show(
    root,
    standing(app, held),
    refused.length > 0 &&
      el(
        "section",
        { class: "card list" },
        el("h2", {}, say("没办成的 %(count)s 条", { count: refused.length })),
        el(
          "ul",
          { class: "plain list refused" },
          refused.map((row) => refusedRow(page, row, again)),
        ),
      ),
    waiting.length > 0 &&
      el(
        "section",
        { class: "card list" },
        el("h2", {}, say("等着传的")),
        el(
          "ul",
          { class: "plain list long" },
          waiting.map((row) => waitingRow(app, row, now)),
        ),
      ),
    bad.length > 0 &&
      el(
        "section",
        { class: "card list" },
        el("h2", {}, say("没传成的照片 %(count)s 张", { count: bad.length })),
        el(
          "ul",
          { class: "plain list refused" },
          bad.map((photo) => photoRow(page, photo, recent, again)),
        ),
      ),
    photos.length > bad.length &&
      el("p", { class: "muted" }, say("还有 %(count)s 张照片跟在后面传。", { count: photos.length - bad.length })),
    count + refused.length > 0 &&
      el("button", { class: "btn quiet wide", onclick: () => exportText(page) }, say("导出成文字（怕丢就存一份）")),
    page.told && el("p", { class: "notice bad", role: "alert" }, page.told),
  );
}

// Household, what, points of a row.
function wordsOf(app, item) {
  const all = model(app);
  const home = all?.households.get(item.household);
  const rule = all?.rules.get(item.rule);
  const what = rule?.behaviour || all?.checklists.get(item.sheet)?.title || say("细则已换新");
  return {
    who: home ? `${home.code} ${home.head}` : all?.places.get(item.household)?.name || say("名单里没有这一户"),
    what: item.findings ? `${what} · ${say("%(count)s 个问题", { count: item.findings.length })}` : what,
    points:
      item.kind === "award" && rule ? (item.points === undefined ? pointsText(rule.points) : signed(item.points)) : "",
    kind: rule ? tone(item.points ?? rule.points.min) : "plus",
  };
}

function waitingRow(app, row, now) {
  const { who, what, points, kind } = wordsOf(app, row.item);
  return el(
    "li",
    {},
    el(
      "div",
      { class: "item" },
      el(
        "span",
        {},
        who,
        el("small", {}, what),
        el(
          "small",
          { class: "num" },
          ageText(row.addedAt, now),
          isHandedIn(row) ? ` · ${say("交村委会定")}` : "",
          row.problem?.message ? ` · ${row.problem.message}` : "",
        ),
      ),
      points && el("b", { class: `num ${kind}` }, points),
    ),
  );
}

const button = (text, work, look = "quiet") => el("button", { class: `btn small ${look}`, onclick: work }, text);

// What a button does: the work, then another sending.
const acting = (page, work, again) => async () => {
  try {
    page.told = "";
    await work();
    page.app.sync.sendNow();
  } catch (fault) {
    page.told = fault.message;
  }
  await again();
};

// A photo that the server did not take: its act is recorded all the same.
function photoRow(page, photo, recent, again) {
  const { store } = page.app;
  const row = recent.find((one) => one.id === photo.itemId);
  const { who, what } = wordsOf(page.app, row?.item || {});
  const act = (work) => acting(page, work, again);
  return el(
    "li",
    {},
    el(
      "div",
      { class: "item" },
      el("span", {}, who, el("small", {}, what), el("strong", { class: "why" }, photo.problem.message)),
    ),
    el(
      "div",
      { class: "row acts" },
      button(
        say("再传一次"),
        act(() => store.photoAgain(photo.id)),
      ),
      button(
        say("不传这一张了"),
        act(() => store.photoDropped(photo.id)),
      ),
    ),
  );
}

function refusedRow(page, row, again) {
  const { app, asked } = page;
  const { who, what, points, kind } = wordsOf(app, row.item);
  const act = (work) => acting(page, work, again);
  const sure = asked.has(row.id);
  return el(
    "li",
    {},
    el(
      "div",
      { class: "item" },
      el(
        "span",
        {},
        who,
        el("small", {}, what),
        el("small", { class: "num" }, momentText(row.item.seen_at)),
        el("strong", { class: "why" }, row.error?.message || say("没办成")),
      ),
      points && el("b", { class: `num ${kind}` }, points),
    ),
    el(
      "div",
      { class: "row acts" },
      sure
        ? [
            el("p", {}, say("放下就不记了，也不交给村委会。真的放下吗？")),
            button(
              say("真的放下"),
              act(() => app.store.drop(row.id)),
              "danger",
            ),
            button(say("不，留着"), () => {
              asked.delete(row.id);
              again();
            }),
          ]
        : [
            button(
              say("交村委会定"),
              act(() => app.store.hand([row.id])),
              "",
            ),
            button(
              say("再传一次"),
              act(() => app.store.again([row.id])),
            ),
            button(say("放下"), () => {
              asked.add(row.id);
              again();
            }),
          ],
    ),
  );
}

async function exportText(page) {
  const { app } = page;
  const text = await app.store.exportAll();
  const name = `hemei-${dayText(app.now()).replace("/", "-")}.txt`;
  const file = new File(["\ufeff", text], name, { type: "text/plain" });
  if (navigator.canShare?.({ files: [file] })) {
    try {
      await navigator.share({ files: [file] });
    } catch {
      /* they thought better of it */
    }
    return;
  }
  const address = URL.createObjectURL(file);
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
