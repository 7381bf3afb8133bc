// What waits to be sent, how old it is; what was refused, why, and what can be done; the state of the connection.
import { el, show } from "../page/dom.js";
import { isHandedIn } from "../store/rows.js";
import { say } from "../words/say.js";
import { dayText, link, model, momentText, pointsText, signed, tone } from "./parts.js";

const OLD = 3 * 86_400_000; // worth a word: somebody should find a signal

export default function outbox(root, app) {
  let left = false;
  const page = { root, app, asked: new Set(), told: "" };
  const again = async () => {
    const [waiting, refused, photos] = await Promise.all([
      app.store.outbox(),
      app.store.refused(),
      app.store.photosWaiting(),
    ]);
    if (!left) draw(page, waiting, refused, photos, again);
  };
  again();
  app.onChange(again);
  app.thumb(link(say("名单"), "#/"), el("button", { class: "btn", onclick: () => app.sync.sendNow() }, say("现在传")));
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
      server_down: say("系统暂时没有回应，过一会儿会自己再传，不会丢。"),
      signed_out: say("登录过期了。记的都在手机里，重新登录以后接着传。"),
      full_disk: say("手机存满了，新的记不下。请先删些照片、视频。"),
      clock_wrong: say("手机的时间不对，请先把时间调准再记。"),
    }[name] ||
    ""
  );
}

function draw(page, waiting, refused, photos, again) {
  const { root, app } = page;
  const state = app.sync.state();
  const count = waiting.length + photos.length;
  const oldest = waiting[0]?.addedAt;
  const now = +app.now();
  show(
    root,
    el(
      "section",
      { class: "card" },
      el("h1", {}, count ? say("待传 %(count)s 条", { count }) : say("都传上去了")),
      el("p", { role: "status" }, stateSentence(state)),
      oldest &&
        now - oldest > OLD &&
        el(
          "p",
          { class: "notice mind" },
          say("最早的一条已经等了 %(days)s 天。请尽快找个有信号的地方传。", {
            days: Math.floor((now - oldest) / 86_400_000),
          }),
        ),
    ),
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
    photos.length > 0 &&
      el("p", { class: "muted" }, say("还有 %(count)s 张照片跟在后面传。", { count: photos.length })),
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

function refusedRow(page, row, again) {
  const { app, asked } = page;
  const { who, what, points, kind } = wordsOf(app, row.item);
  const act = (work) => async () => {
    try {
      page.told = "";
      await work();
      app.sync.sendNow();
    } catch (fault) {
      page.told = fault.message;
    }
    await again();
  };
  const button = (text, work, look = "quiet") => el("button", { class: `btn small ${look}`, onclick: work }, text);
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
