// The rules that may be recorded for a household, by category, with what is used of their caps; the checklists above.
import { asks, byUse, full, often, used } from "../caps.js";
import { checklistsFor, lastTime } from "../checklists.js";
import { el, show } from "../page/dom.js";
import { dayText, evidenceName, model, periodName, pointsBadge } from "./parts.js";

export function drawRules(page) {
  const { say } = page.app;
  const all = model(page.app);
  const closed = new Set(all.extras.closed_rules || []);
  const rules = all.pack.rules.filter((rule) => !closed.has(rule.code) && !closed.has(rule.id));
  const tabs = tabsOf(page, [...new Set(rules.map((rule) => rule.category))]);
  page.offers = shownOf(page, rules, all.extras.often || []).map((rule) => offer(page, rule));
  const checklists = page.tab ? [] : checklistsFor(all.pack, all.extras, "household");
  const rows = [
    checklists.map((checklist) => el("li", {}, checklistRow(page, checklist))),
    page.offers.map((one) => one.node),
  ];
  show(
    page.rules,
    tabs,
    el(
      "section",
      { class: "card list" },
      el("h2", { class: "hidden" }, page.tab || say("常用")),
      el("ul", { class: "plain list" }, rows),
      !page.offers.length && el("p", { class: "nothing" }, say("还没有细则，请村委会先载入积分细则。")),
    ),
  );
  if (page.tab) tabs.scrollLeft = tabs.querySelector("[aria-pressed=true]").offsetLeft - tabs.offsetLeft - 12;
}

// A category's rules, or the officer's short list.
function shownOf({ tab }, rules, codes) {
  if (!tab) return often(rules, codes);
  const ofCategory = rules.filter((rule) => rule.category === tab);
  return byUse(ofCategory, codes);
}

function tabsOf(page, categories) {
  const { say } = page.app;
  const pick = (name) => () => {
    page.tab = name;
    drawRules(page);
    page.refresh();
    page.rules.querySelector("[aria-pressed=true]")?.focus();
  };
  const tab = (name, text) =>
    el("button", { class: "tab", "aria-pressed": String(page.tab === name), onclick: pick(name) }, text);
  return el(
    "div",
    { class: "tabs", role: "group", "aria-label": say("细则类别") },
    tab("", say("常用")),
    categories.map((name) => tab(name, name)),
  );
}

function checklistRow({ app, home }, checklist) {
  const { say } = app;
  const all = model(app);
  const last = lastTime(checklist, all.homes[home.id], all.extras.sheets?.[checklist.id]);
  const hint = checklist.full ? say("逐项勾选，%(full)s 分制", { full: checklist.full }) : say("逐项勾选");
  const before =
    last &&
    (checklist.full
      ? say("上次 %(day)s %(score)s 分", { day: dayText(last.day), score: last.score })
      : say("上次 %(day)s %(count)s 个问题", { day: dayText(last.day), count: last.findings.length }));
  return el(
    "a",
    { class: "item", href: `#/inspect/${home.id}/${checklist.id}` },
    el("span", {}, checklist.title, el("small", { class: "num" }, [hint, before].filter(Boolean).join(" · "))),
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
      say("先提醒，%(days)s 天", { days: model(page.app).extras.deductions_remind[rule.code] }),
    !wants.includes("remind") && evidenceName(rule.evidence),
    wants.includes("points") && say("选分值"),
    rule.review !== "auto" && say("要审核"),
  ]
    .filter(Boolean)
    .join(" · ");
}

function offer(page, rule) {
  const all = model(page.app);
  const wants = asks(rule, all.extras.deductions_remind || {});
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
        await page.tap(rule, wants);
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
export function todayAlready(page, rule) {
  const all = model(page.app);
  const once = { ...rule, cap: { count: 1, period: "event" } };
  return full(all.homes[page.home.id], once, all.day, page.own, all.codes);
}
