// One household: its figures as of the last pack, and the rules. A fixed plus is one tap; everything else asks first.
import { asks, byUse, full, often, used } from "./caps.js";
import { add, el, show } from "./dom.js";
import { lastTime, sheetsFor } from "./sheets.js";
import { awardForm, remindForm, twinForm } from "./view-forms.js";
import {
  confirmNext,
  daysBetween,
  dayText,
  evidenceName,
  link,
  model,
  momentText,
  nothingYet,
  notYetCounted,
  pointsBadge,
  pointsText,
  periodName,
  readMarks,
  setMark,
  signed,
  statusName,
  takeConfirmation,
  tone,
} from "./view-parts.js";
import { nextOf, roundStart, skipped, walk } from "./walk.js";

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
  const [rows, marks, round] = await Promise.all([app.store.recentOf(home.id), readMarks(app), app.store.get("round")]);
  if (left()) return;
  const page = { root, app, home, rows, marks, round, left, tab: "", busy: new Set(), offers: [], asking: null };
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
    const newer = await app.store.recentOf(home.id);
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

function headOf(page, facts) {
  const { app, home } = page;
  const { say } = app;
  const size = facts.size ? say("%(size)s口人", { size: facts.size }) : null;
  const soonest = (facts.reminders || []).map((one) => one.deadline).sort()[0];
  return el(
    "section",
    { class: "card" },
    el("h1", {}, say("%(head)s家", { head: home.head })),
    el("p", { class: "muted num" }, [home.code, size, statusName(home.status)].filter(Boolean).join(" · ")),
    soonest &&
      el(
        "p",
        {},
        el(
          "a",
          {
            class: "chip gold num",
            href: "#reminders",
            onclick: (event) => {
              event.preventDefault();
              document.getElementById("reminders")?.scrollIntoView({ block: "center" });
            },
          },
          say("提醒 %(count)s 条", { count: facts.reminders.length }),
          " · ",
          leftText(app, soonest),
        ),
      ),
    page.figures,
  );
}

function leftText(app, deadline) {
  const days = daysBetween(model(app).day, deadline);
  return days < 0
    ? app.say("已过期 %(days)s 天", { days: -days })
    : days === 0
      ? app.say("今天到期")
      : app.say("剩 %(days)s 天", { days });
}

// As of the list, or of the server's last word on what this phone recorded.
function figuresOf(page, all) {
  const { standing, spendable } = all.homes[page.home.id] || {};
  return page.rows
    .filter(
      (row) =>
        row.result?.outcome === "recorded" &&
        Number.isInteger(row.result.standing) &&
        row.settledAt > (all.takenAt || 0),
    )
    .reduce((last, { result, settledAt }) => (settledAt >= last.at ? { ...result, at: settledAt } : last), {
      standing,
      spendable,
      at: all.takenAt,
    });
}

function drawFigures(page, all) {
  const { say } = page.app;
  const facts = figuresOf(page, all);
  const waiting = page.rows.filter((row) => row.state === "waiting").length;
  const figure = (name, value, kind) => el("div", {}, el("dd", { class: kind }, value ?? "—"), el("dt", {}, name));
  show(
    page.figures,
    el(
      "dl",
      { class: "figures num" },
      figure(say("今年评议分"), facts.standing, ""),
      figure(say("可兑换分"), facts.spendable, "plus"),
    ),
    el(
      "p",
      { class: "small muted num age" },
      facts.at ? say("截至 %(when)s", { when: momentText(facts.at) }) : "",
      waiting ? ` · ${say("本机待传 %(count)s 条", { count: waiting })}` : "",
    ),
  );
}

// --- the rules
function drawRules(page) {
  const { app, home } = page;
  const { say } = app;
  const all = model(app);
  const closed = new Set(all.field.closed_rules || []);
  const rules = all.pack.rules.filter((rule) => !closed.has(rule.code) && !closed.has(rule.id));
  const categories = [...new Set(rules.map((rule) => rule.category))];
  const shown = page.tab
    ? byUse(
        rules.filter((rule) => rule.category === page.tab),
        all.field.often || [],
      )
    : often(rules, all.field.often || []);
  const pick = (name) => () => {
    page.tab = name;
    drawRules(page);
    refresh(page);
    page.rules.querySelector("[aria-pressed=true]")?.focus();
  };
  const tab = (name, text) =>
    el("button", { class: "tab", "aria-pressed": String(page.tab === name), onclick: pick(name) }, text);
  page.offers = shown.map((rule) => offer(page, rule));
  const sheets = page.tab ? [] : sheetsFor(all.pack, all.field, "household");
  const tabs = el(
    "div",
    { class: "tabs", role: "group", "aria-label": say("细则类别") },
    tab("", say("常用")),
    categories.map((name) => tab(name, name)),
  );
  show(
    page.rules,
    tabs,
    el(
      "section",
      { class: "card list" },
      el("h2", { class: "hidden" }, page.tab || say("常用")),
      el(
        "ul",
        { class: "plain list" },
        sheets.map((sheet) => el("li", {}, sheetRow(app, all, home, sheet))),
        page.offers.map((one) => one.node),
      ),
      !page.offers.length && el("p", { class: "nothing" }, say("还没有细则，请村委会先载入积分细则。")),
    ),
  );
  if (page.tab) tabs.scrollLeft = tabs.querySelector("[aria-pressed=true]").offsetLeft - tabs.offsetLeft - 12;
}

function sheetRow(app, all, home, sheet) {
  const { say } = app;
  const last = lastTime(sheet, all.homes[home.id], all.field.sheets?.[sheet.id]);
  const hint = sheet.full ? say("逐项勾选，%(full)s 分制", { full: sheet.full }) : say("逐项勾选");
  const before =
    last &&
    (sheet.full
      ? say("上次 %(day)s %(score)s 分", { day: dayText(last.day), score: last.score })
      : say("上次 %(day)s %(count)s 个问题", { day: dayText(last.day), count: last.findings.length }));
  return el(
    "a",
    { class: "item", href: `#/inspect/${home.id}/${sheet.id}` },
    el("span", {}, sheet.title, el("small", { class: "num" }, [hint, before].filter(Boolean).join(" · "))),
    el("span", { class: "chip" }, say("去检查"), " ›"),
  );
}

function hintOf(page, rule, count, isFull, wants) {
  const { say } = page.app;
  const { cap } = rule;
  const words = cap && { period: periodName(cap.period), used: count, count: cap.count };
  return [
    isFull ? say("%(period)s已记满 %(count)s 次", words) : cap && say("%(period)s %(used)s / %(count)s 次", words),
    wants.includes("remind") &&
      say("先提醒，%(days)s 天", { days: model(page.app).field.deductions_remind[rule.code] }),
    !wants.includes("remind") && evidenceName(rule.evidence),
    wants.includes("points") && say("选分值"),
    rule.review !== "auto" && say("要审核"),
  ]
    .filter(Boolean)
    .join(" · ");
}

function offer(page, rule) {
  const all = model(page.app);
  const wants = asks(rule, all.field.deductions_remind || {});
  const small = el("small", { class: "num" });
  const points = pointsBadge(rule.points);
  const button = el(
    "button",
    {
      class: "item",
      type: "button",
      "aria-disabled": "false",
      onclick: async () => {
        button.setAttribute("aria-busy", "true"); // seen at once; what is recorded is said when it stands on the phone
        await tap(page, rule, wants);
        button.removeAttribute("aria-busy");
      },
    },
    el("span", {}, rule.behaviour, small),
    points,
    wants.length > 0 && el("span", { class: "go", "aria-hidden": "true" }, "›"),
  );
  const draw = () => {
    const now = model(page.app);
    const facts = now.homes[page.home.id];
    const isFull = full(facts, rule, now.day, page.own, now.codes);
    const hint = hintOf(page, rule, used(facts, rule, now.day, page.own, now.codes), isFull, wants);
    if (small.textContent === hint) return;
    small.textContent = hint;
    button.classList.toggle("off", isFull);
    button.setAttribute("aria-disabled", String(isFull));
  };
  return { node: el("li", {}, button), draw, rule, button };
}

// Whether this was recorded for the household today already: perhaps a second tap, perhaps a second act.
function todayAlready(page, rule) {
  const all = model(page.app);
  const once = { ...rule, cap: { count: 1, period: "event" } };
  return full(all.homes[page.home.id], once, all.day, page.own, all.codes);
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
  else if (wants.length) ask(page, awardForm(app, home, rule, wants, give, todayAlready(page, rule)));
  else if (todayAlready(page, rule)) ask(page, twinForm(app, home, rule, give));
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

// --- below: the reminders, what this phone recorded, the last lines of the book
const list = (title, rows, props) =>
  rows.length > 0 &&
  el(
    "section",
    { class: "card list", ...props },
    el("h2", {}, title),
    el(
      "ul",
      { class: "plain list" },
      rows.map((row) => el("li", {}, row)),
    ),
  );

function drawFacts(page) {
  const { app } = page;
  const { say } = app;
  const facts = model(app).homes[page.home.id] || {};
  show(
    page.reminders,
    list(
      say("提醒"),
      (facts.reminders || []).map((one) =>
        el(
          "a",
          { class: "item", href: `${app.base}/officer/reminder/${one.id}` },
          el(
            "span",
            {},
            one.text,
            el(
              "small",
              { class: "num" },
              say("%(day)s前改好", { day: dayText(one.deadline) }),
              " · ",
              leftText(app, one.deadline),
            ),
          ),
          el("span", { class: "go", "aria-hidden": "true" }, "›"),
        ),
      ),
      { id: "reminders" },
    ),
  );
  show(
    page.lines,
    list(
      say("最近入账"),
      (facts.last || []).map((one) =>
        el(
          "div",
          { class: "item" },
          el("time", {}, dayText(one.day)),
          el("span", {}, one.text),
          el("b", { class: `num ${tone(one.points)}` }, signed(one.points)),
        ),
      ),
    ),
  );
}

function drawMine(page) {
  const { app } = page;
  show(
    page.mine,
    list(
      app.say("本机最近记的"),
      page.rows
        .slice(-6)
        .reverse()
        .map((row) => mineRow(app, row)),
    ),
  );
}

function mineRow(app, row) {
  const { say } = app;
  const all = model(app);
  const rule = all.rules.get(row.item.rule);
  const sheet = all.sheets.get(row.item.sheet);
  const points = row.result?.points ?? row.item.points ?? (row.to !== "remind" && rule ? rule.points.min : null);
  const state = row.dropped
    ? say("没有记，已放下")
    : row.handed || (row.to === "held" && row.state === "done")
      ? say("已交村委会")
      : row.state === "refused"
        ? say("没办成：%(why)s", { why: row.error?.message || "" })
        : row.state === "waiting"
          ? row.to === "held"
            ? say("等着交村委会")
            : say("手机已记，待传")
          : say("已传上去");
  return el(
    "div",
    { class: "item" },
    el("time", {}, dayText(row.at)),
    el("span", {}, rule?.behaviour || sheet?.title || say("细则已换新"), el("small", {}, state)),
    points !== null && points !== 0 && el("b", { class: `num ${tone(points)}` }, signed(points)),
  );
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
