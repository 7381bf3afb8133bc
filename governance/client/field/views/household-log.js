// Below a household's rules: its reminders, what this phone recorded of it, the last lines of the book.
import { el, show } from "../page/dom.js";
import { isHandedIn } from "../store/rows.js";
import { say } from "../words/say.js";
import { dayText, leftText, model, signed, tone } from "./parts.js";

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

export function drawFacts(page) {
  const { app } = page;
  const facts = model(app).homes[page.home.id] || {};
  const reminders = (facts.reminders || []).map((one) => reminderRow(app, one));
  show(page.reminders, list(say("提醒"), reminders, { id: "reminders" }));
  show(page.lines, list(say("最近入账"), (facts.last || []).map(lineRow)));
}

const reminderRow = (app, { id, text, deadline }) =>
  el(
    "a",
    { class: "item", href: `${app.base}/officer/reminder/${id}` },
    el(
      "span",
      {},
      text,
      el("small", { class: "num" }, say("%(day)s前改好", { day: dayText(deadline) }), " · ", leftText(app, deadline)),
    ),
    el("span", { class: "go", "aria-hidden": "true" }, "›"),
  );

const lineRow = ({ day, text, points }) =>
  el(
    "div",
    { class: "item" },
    el("time", {}, dayText(day)),
    el("span", {}, text),
    el("b", { class: `num ${tone(points)}` }, signed(points)),
  );

export function drawMine(page) {
  const { app } = page;
  show(
    page.mine,
    list(
      say("本机最近记的"),
      page.rows
        .slice(-6)
        .reverse()
        .map((row) => mineRow(app, row)),
    ),
  );
}

function mineRow(app, row) {
  const all = model(app);
  const rule = all.rules.get(row.item.rule);
  const checklist = all.checklists.get(row.item.sheet);
  const points = row.result?.points ?? row.item.points ?? (row.to !== "remind" && rule ? rule.points.min : null);
  return el(
    "div",
    { class: "item" },
    el("time", {}, dayText(row.at)),
    el("span", {}, rule?.behaviour || checklist?.title || say("细则已换新"), el("small", {}, stateText(row))),
    points !== null && points !== 0 && el("b", { class: `num ${tone(points)}` }, signed(points)),
  );
}

// Where a row stands, in words.
function stateText(row) {
  const { state, dropped, error } = row;
  if (dropped) return say("没有记，已放下");
  if (state === "refused") return say("没办成：%(why)s", { why: error?.message || "" });
  if (state === "waiting") return isHandedIn(row) ? say("等着交村委会") : say("手机已记，待传");
  return isHandedIn(row) ? say("已交村委会") : say("已传上去");
}
