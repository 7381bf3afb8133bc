// The list and the walk: the households in door order, how far one is, who comes next; public places below.

import { checklistsFor } from "../checklists.js";
import { el, show } from "../page/dom.js";
import { insecureNotice } from "../page/secure.js";
import { nextOf, progress, roundStart, visitedOn, walk } from "../walk.js";
import { dayText, finder, link, model, note, nothingYet, readMarks, statusName } from "./parts.js";

export default function list(root, app) {
  if (nothingYet(root, app)) return undefined;
  let left = false;
  open(root, app, () => left);
  return () => {
    left = true;
  };
}

async function open(root, app, left) {
  const { say, store } = app;
  const [marks, round, draft] = await Promise.all([readMarks(app), store.look.get("round"), store.look.get("many")]);
  if (left()) return;
  const seen = { marks, round: round === "day" ? "day" : "month", filter: "all" };
  const card = el("section", { class: "card walk" });
  const rows = el("ul", { class: "plain list long" });
  const rest = el("div", { class: "stack" });
  const whole = el(
    "div",
    { class: "stack" },
    card,
    el("section", { class: "card list" }, el("h2", { class: "hidden" }, say("农户")), rows),
    rest,
  );
  const found = finder(app, {
    label: say("找一户"),
    row: (household) => rowOf(app, model(app), household, null),
    onText: (text) => {
      whole.hidden = !!text;
    },
    onEnter: (household) => app.go(`#/h/${household.id}`),
  });
  let drawn = null;
  const go = () => {
    drawn = model(app).key;
    drawWalk(app, seen, card, rows, go);
  };
  show(root, el("h1", { class: "hidden" }, say("我的农户")), insecureNotice(), found.box, found.results, whole);
  go();
  show(rest, draftCard(app, draft), places(app), others(app));
  app.onChange((what) => {
    if (what === "taken" && model(app).key !== drawn) go(); // a new list has come
  });
}

function drawWalk(app, seen, card, rows, again) {
  const { say } = app;
  const all = model(app);
  const way = walk(all.pack.households, seen.marks, all.homes, roundStart(seen.round, all.day));
  const next = nextOf(way, null);
  drawProgress(app, seen, card, progress(way), again);
  const wanted = way.filter((row) => seen.filter === "all" || row.state === seen.filter);
  const none = seen.filter === "all" ? say("您的网格里还没有农户，请村委会先导入花名册。") : say("没有这样的户。");
  show(
    rows,
    wanted.map((row) => el("li", {}, rowOf(app, all, row.household, row.state, seen.marks[row.household.id]))),
    !wanted.length && el("li", {}, el("p", { class: "nothing" }, none)),
  );
  app.thumb(link(say("扫门牌码"), "#/scan"), next && nextLink(app, next));
}

const nextLink = ({ say }, next) =>
  el(
    "a",
    { class: "btn next", href: `#/h/${next.id}` },
    el("span", {}, say("下一户"), el("small", { class: "num" }, `${next.code} ${next.head}`)),
  );

function drawProgress(app, seen, card, counts, again) {
  const { say } = app;
  const { done, total } = counts;
  const told = toldOf(say, counts);
  const tab = (name, now, text, pick, kind = "") =>
    el("button", { class: `tab${kind}`, "aria-pressed": String(now === name), onclick: pick }, text);
  const round = (name, text) =>
    tab(name, seen.round, text, () => {
      seen.round = name;
      note(app, "round", name);
      again();
    });
  const filter = (name, text) =>
    tab(
      name,
      seen.filter,
      text,
      () => {
        seen.filter = name;
        again();
      },
      " num",
    );
  show(
    card,
    el(
      "div",
      { class: "row between" },
      el(
        "p",
        { class: "num far" },
        seen.round === "day" ? say("今天已走") : say("本月已走"),
        " ",
        el("b", {}, done),
        ` / ${total} `,
        say("户"),
      ),
      el(
        "div",
        { class: "tabs pair", role: "group", "aria-label": say("算哪一段") },
        round("month", say("本月")),
        round("day", say("今天")),
      ),
    ),
    el("progress", { max: total || 1, value: done, "aria-label": say("走了多少户") }),
    told && el("p", { class: "notice good", role: "status" }, told),
    total > 0 &&
      el(
        "div",
        { class: "tabs", role: "group", "aria-label": say("看哪些户") },
        filter("all", say("全部")),
        filter("todo", say("没走 %(count)s", { count: counts.todo })),
        filter("absent", say("不在家 %(count)s", { count: counts.absent })),
      ),
  );
}

function toldOf(say, { done, absent, todo, total }) {
  if (total === 0) return say("您的网格里还没有常住户，请村委会先导入花名册。");
  if (done === total) return say("都走完了，辛苦了。");
  return absent && !todo ? say("还有 %(count)s 户上次不在家，可以再去一趟。", { count: absent }) : "";
}

function rowOf(app, all, household, state, mark) {
  const { say } = app;
  const quiet = ["away", "empty"].includes(household.status);
  const on = state === "done" && visitedOn(mark, all.homes[household.id]);
  const chip =
    state === "done"
      ? el("span", { class: "chip" }, "✓ ", on === all.day ? say("今天") : dayText(on))
      : state === "absent"
        ? el("span", { class: "chip gold" }, say("不在家"))
        : household.status !== "resident"
          ? el("span", { class: "chip line" }, statusName(household.status))
          : null;
  const reminders = all.homes[household.id]?.reminders?.length;
  return el(
    "a",
    { class: quiet ? "item off" : "item", href: `#/h/${household.id}` },
    el(
      "span",
      {},
      household.head,
      el(
        "small",
        { class: "num" },
        household.code,
        reminders ? ` · ${say("提醒 %(count)s 条", { count: reminders })}` : "",
      ),
    ),
    chip,
    el("span", { class: "go", "aria-hidden": "true" }, "›"),
  );
}

function draftCard(app, draft) {
  const rule = draft && model(app).rules.get(draft.rule);
  if (!rule || !draft.rows.length) return null;
  return el(
    "p",
    { class: "notice mind" },
    app.say("「%(rule)s」点了 %(count)s 户，还没有记上。", { rule: rule.behaviour, count: draft.rows.length }),
    " ",
    el("a", { class: "go-on", href: `#/many/${rule.id}` }, app.say("接着记")),
  );
}

function places(app) {
  const { say } = app;
  const { pack, extras } = model(app);
  const checklists = checklistsFor(pack, extras, "public");
  const all = (extras.places || []).flatMap((place) => checklists.map((checklist) => ({ place, checklist })));
  if (!all.length) return null;
  return el(
    "section",
    { class: "card list" },
    el("h2", {}, say("公共场所")),
    el(
      "ul",
      { class: "plain list" },
      all.map(({ place, checklist }) =>
        el(
          "li",
          {},
          el(
            "a",
            { class: "item", href: `#/inspect/${place.id}/${checklist.id}` },
            el("span", {}, place.name, el("small", {}, checklist.title)),
            el("span", { class: "chip" }, say("去检查"), " ›"),
          ),
        ),
      ),
    ),
  );
}

function others(app) {
  const { say } = app;
  const row = (href, text, hint) =>
    el(
      "li",
      {},
      el(
        "a",
        { class: "item", href },
        el("span", {}, text, el("small", {}, hint)),
        el("span", { class: "go", "aria-hidden": "true" }, "›"),
      ),
    );
  return el(
    "section",
    { class: "card list" },
    el("h2", {}, say("还可以")),
    el(
      "ul",
      { class: "plain list" },
      row("#/many/choose", say("点名：开会、义务劳动"), say("一条细则，记给来的每一户")),
      row("#/outbox", say("待传的"), say("还没传上去的、没办成的")),
      row("#/me", say("我的"), say("换新名单、大字、退出")),
    ),
  );
}
