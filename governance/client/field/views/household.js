// One household: its figures as of the last pack, and the rules. A fixed plus is one tap; everything else asks first.
import { full } from "../caps.js";
import { el, show } from "../page/dom.js";
import { nextOf, roundStart, skipped, walk } from "../walk.js";
import { awardForm, remindForm, twinForm } from "./forms.js";
import { drawFigures, headOf } from "./household-figures.js";
import { drawFacts, drawMine } from "./household-log.js";
import { drawRules, todayAlready } from "./household-rules.js";
import {
  link,
  model,
  nothingYet,
  notYetCounted,
  periodName,
  readMarks,
  setMark,
  signed,
  statusName,
  takeConfirmation,
  tone,
} from "./parts.js";

export default function household(root, app, { id }) {
  if (nothingYet(root, app)) return undefined;
  const all = model(app);
  const home = all.households.get(id);
  if (!home) {
    show(
      root,
      el(
        "section",
        { class: "card stop" },
        el("h1", {}, app.say("名单里没有这一户")),
        el("p", {}, app.say("可能换了网格或者已经注销。有信号时换一次新名单再看。")),
      ),
    );
    app.thumb(link(app.say("名单"), "#/"), link(app.say("扫门牌码"), "#/scan", ""));
    return undefined;
  }
  let left = false;
  open(root, app, home, () => left);
  return () => {
    left = true;
  };
}

async function open(root, app, home, left) {
  const [rows, marks, round] = await Promise.all([
    app.store.look.recentOf(home.id),
    readMarks(app),
    app.store.look.get("round"),
  ]);
  if (left()) return;
  const page = { root, app, home, rows, marks, round, left, tab: "", busy: new Set(), offers: [], asking: null };
  page.refresh = () => refresh(page);
  page.tap = (rule, wants) => tap(page, rule, wants);
  page.said = el("div", { class: "confirmed", role: "status" });
  page.rules = el("div", { class: "stack" });
  page.reminders = el("div", {});
  page.mine = el("div", {});
  page.lines = el("div", {});
  page.log = el("div", { class: "stack" }, page.reminders, page.mine, page.lines);
  page.figures = el("div", {});
  drawPage(page);
  app.onChange(async (what) => {
    if (what === "state") return;
    const newer = await app.store.look.recentOf(home.id);
    if (left()) return;
    page.rows = newer;
    refresh(page);
    if (what === "taken") drawFacts(page);
  });
  const before = takeConfirmation();
  if (before) confirm(page, before);
}

function drawPage(page) {
  const { root, app, home } = page;
  const all = model(app);
  const facts = all.homes[home.id] || {};
  page.more = el(
    "p",
    { class: "more" },
    el("a", { href: `${app.base}/officer/household/${home.id}` }, app.say("看这一户的完整页面（要有信号）")),
  );
  show(root, headOf(page, facts), page.rules, page.log, page.more, page.said);
  if (skipped(home)) {
    show(
      page.rules,
      el(
        "p",
        { class: "notice mind" },
        app.say("这一户登记为「%(status)s」，不检查、不记分。住回来了，请村委会先改居住状态。", {
          status: statusName(home.status),
        }),
      ),
    );
  } else drawRules(page);
  refresh(page);
  drawFacts(page);
  drawThumb(page);
}

// What changes when something is recorded or sent: the figures, the caps, what this phone recorded.
function refresh(page) {
  const all = model(page.app);
  page.own = notYetCounted(page.rows, all.takenAt).map((row) => row.item);
  drawFigures(page, all);
  for (const offer of page.offers) offer.draw();
  drawMine(page);
}

async function tap(page, rule, wants) {
  const { app, home } = page;
  const all = model(app);
  if (page.busy.has(rule.id)) return; // a thumb that taps twice
  if (full(all.homes[home.id], rule, all.day, page.own, all.codes)) {
    tell(
      page,
      app.say("「%(rule)s」%(period)s已记满 %(count)s 次，这次没有记。", {
        rule: rule.behaviour,
        period: periodName(rule.cap.period),
        count: rule.cap.count,
      }),
      "mind",
    );
    return;
  }
  const give = (more, blobs) =>
    record(page, { kind: "award", household: home.id, rule: rule.id, ...more }, rule, blobs);
  if (wants.includes("remind")) ask(page, remindForm(app, home, rule, record.bind(null, page)));
  else if (wants.length) ask(page, awardForm(home, rule, wants, give, todayAlready(page, rule)));
  else if (todayAlready(page, rule)) ask(page, twinForm(home, rule, give));
  else await give({});
}

// Show a form instead of the rules; `back` shows them again.
function ask(page, form) {
  show(page.rules, form.node);
  show(page.said);
  page.log.hidden = page.more.hidden = true;
  page.offers = [];
  page.asking = form;
  page.app.thumb(
    el("button", { class: "btn quiet", onclick: () => backToRules(page) }, page.app.say("不记了")),
    form.main,
  );
  form.node.querySelector("h2")?.focus();
  scrollTo(0, page.rules.offsetTop - 12);
}

function backToRules(page) {
  page.asking = null;
  page.log.hidden = page.more.hidden = false;
  drawRules(page);
  refresh(page);
  drawThumb(page);
}

// Write it down, then say so, also when the next household is open already. Nothing is lost when it fails: a form stays.
async function record(page, item, rule, blobs = []) {
  const { app, home, asking } = page;
  page.busy.add(rule.id);
  try {
    const whole = await app.record(item, blobs);
    const before = page.marks[home.id] || null;
    page.rows = [
      ...page.rows.filter((row) => row.id !== whole.id),
      { id: whole.id, item: whole, at: Date.now(), state: "waiting" },
    ];
    navigator.vibrate?.(40);
    if (page.left()) app.notice(`${home.code} ${home.head} ✓ ${app.say("已记：%(rule)s", { rule: rule.behaviour })}`);
    else {
      if (asking && asking === page.asking) backToRules(page);
      else refresh(page);
      confirm(page, {
        id: whole.id,
        text: rule.behaviour,
        points: item.kind === "remind" ? null : (item.points ?? rule.points.min),
        before,
      });
    }
    if (before?.state === "done" && before.day === model(app).day) return;
    await setMark(app, home.id, "done");
    page.marks = await readMarks(app);
    if (!page.left() && !page.asking) drawThumb(page);
  } catch (fault) {
    if (page.left()) app.notice(`${home.code} ${home.head}：${fault.message}`, "bad");
    else tell(page, fault.message, "bad");
  } finally {
    page.busy.delete(rule.id);
  }
}

// --- the word after a tap, with the way back
function tell(page, text, kind = "good") {
  show(page.said, el("p", { class: `notice ${kind}`, role: kind === "bad" ? "alert" : null }, text));
}

function confirm(page, { id, text, points, before }) {
  const { app } = page;
  const { say } = app;
  const words = el(
    "span",
    {},
    "✓ ",
    points === null ? say("已记提醒：%(rule)s", { rule: text }) : say("已记：%(rule)s", { rule: text }),
    " ",
    points !== null && el("b", { class: `num ${tone(points)}` }, signed(points)),
  );
  const undo = el("button", { class: "btn small danger", onclick: () => takeBack(page, id, before) }, say("撤回"));
  show(page.said, el("div", { class: "notice good undo" }, words, undo));
}

async function takeBack(page, id, before) {
  const { app, home } = page;
  const { say } = app;
  try {
    if (await app.store.takeBack(id)) {
      await setMark(app, home.id, before);
      page.rows = page.rows.filter((row) => row.id !== id);
      refresh(page);
      tell(page, say("已撤回，这一条不算。"));
    } else {
      show(
        page.said,
        el(
          "p",
          { class: "notice mind" },
          say("这一条已经传上去了。"),
          " ",
          el("a", { href: `${app.base}/officer/household/${home.id}` }, say("到完整页面撤回")),
        ),
      );
    }
  } catch (fault) {
    tell(page, fault.message, "bad");
  }
}

// --- the thumb: the list, the next code, the next household; nobody at home is one tap
function drawThumb(page) {
  const { app, home, root } = page;
  const { say } = app;
  const all = model(app);
  const way = walk(
    all.pack.households,
    page.marks,
    all.homes,
    roundStart(page.round === "day" ? "day" : "month", all.day),
  );
  const next = nextOf(way, home.id);
  app.thumb(
    link(say("名单"), "#/"),
    link(say("扫门牌码"), "#/scan", ""),
    next ? link(say("下一户"), `#/h/${next.id}`) : el("span", { class: "btn quiet ended" }, say("走完了")),
  );
  root.querySelector(".visit")?.remove();
  if (skipped(home)) return;
  const state = way.find((row) => row.household.id === home.id)?.state;
  const visit = (name, text) =>
    el(
      "button",
      {
        class: "btn quiet small",
        "aria-pressed": String(state === name),
        onclick: async () => {
          await setMark(app, home.id, state === name ? null : name);
          if (state !== name && next) app.go(`#/h/${next.id}`);
          else {
            page.marks = await readMarks(app);
            drawThumb(page);
          }
        },
      },
      text,
    );
  page.root
    .querySelector(".card")
    .append(
      el(
        "div",
        { class: "visit" },
        visit("absent", state === "absent" ? say("不在家（已标）") : say("不在家")),
        visit("done", state === "done" ? say("走过了 ✓") : say("走过了")),
      ),
    );
}
