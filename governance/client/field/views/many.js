// One rule for many households: a meeting, a day's work. Scan codes one after another or tick names, then record all.
import { asks, full, often } from "../caps.js";
import { homeOfCard, readScan } from "../find.js";
import { newId } from "../ids.js";
import { el, show } from "../page/dom.js";
import { isSecure } from "../page/secure.js";
import { signal } from "../scan.js";
import { skipped } from "../walk.js";
import { say } from "../words/say.js";
import {
  evidenceName,
  finder,
  link,
  model,
  note,
  nothingYet,
  notYetCounted,
  periodName,
  pointsBadge,
  statusName,
} from "./parts.js";
import { sentence, viewfinder } from "./scan.js";

export default function many(root, app, { rule: ruleId }) {
  if (nothingYet(root, app)) return undefined;
  const rule = model(app).rules.get(ruleId);
  if (!rule || !suits(app, rule)) return choose(root, app);
  let left = false;
  const page = { root, app, rule, rows: [], done: [], look: null, busy: false };
  open(page, () => left);
  const warn = (event) => {
    if (page.rows.length) event.preventDefault();
  };
  addEventListener("beforeunload", warn);
  return () => {
    left = true;
    page.look?.stop();
    removeEventListener("beforeunload", warn);
  };
}

// Only what is one tap for one household is one tap for many; an inspection is of one household.
const suits = (app, rule) =>
  rule.evidence !== "inspection" && !asks(rule, model(app).extras.deductions_remind || {}).length;

function choose(root, app) {
  const all = model(app);
  const rules = often(
    all.pack.rules.filter((rule) => suits(app, rule)),
    all.extras.often || [],
    200,
  );
  show(
    root,
    el(
      "section",
      { class: "card" },
      el("h1", {}, say("点名：记哪一条")),
      el("p", { class: "muted" }, say("选一条细则，再扫户卡、门牌码或者勾姓名，一次记给来的每一户。")),
    ),
    el(
      "section",
      { class: "card list" },
      el("h2", { class: "hidden" }, say("细则")),
      el(
        "ul",
        { class: "plain list" },
        rules.map((rule) =>
          el(
            "li",
            {},
            el(
              "a",
              { class: "item", href: `#/many/${rule.id}` },
              el(
                "span",
                {},
                rule.behaviour,
                el("small", {}, [rule.category, evidenceName(rule.evidence)].filter(Boolean).join(" · ")),
              ),
              pointsBadge(rule.points),
              el("span", { class: "go", "aria-hidden": "true" }, "›"),
            ),
          ),
        ),
      ),
      !rules.length && el("p", { class: "nothing" }, say("还没有细则，请村委会先载入积分细则。")),
    ),
  );
  app.thumb(link(say("名单"), "#/"));
}

async function open(page, left) {
  const { app, rule } = page;
  const [draft, recent] = await Promise.all([app.store.look.get("many"), app.store.look.recent()]);
  if (left()) return;
  page.own = notYetCounted(recent, model(app).takenAt).map((row) => row.item);
  if (draft?.rule === rule.id) page.rows = draft.rows;
  page.others = draft && draft.rule !== rule.id && draft.rows.length ? draft : null;
  draw(page);
}

const keep = ({ app, rule, rows }) => note(app, "many", rows.length ? { rule: rule.id, rows } : null);

function draw(page) {
  const { root, app, rule } = page;
  page.said = el("div", { role: "status" });
  page.list = el("section", { class: "card list" });
  page.camera = el("div", { class: "stack" });
  page.how = el(
    "p",
    { class: "muted" },
    say("每来一户，扫一下户卡或者门牌码，或者打姓名点「来了」。全到了再点下面的「记上」。"),
  );
  page.main = el("button", { class: "btn", onclick: () => recordAll(page) });
  const find = finder(app, {
    label: say("勾姓名"),
    most: 12,
    row: (household) =>
      el(
        "button",
        {
          class: "item",
          type: "button",
          onclick: () => {
            come(page, household);
            find.clear();
            find.input.focus();
          },
        },
        el("span", {}, household.head, el("small", { class: "num" }, household.code)),
        el("span", { class: "chip" }, say("来了")),
      ),
    onEnter: (household) => {
      come(page, household);
      find.clear();
    },
  });
  show(
    root,
    el(
      "section",
      { class: "card" },
      el("div", { class: "row between" }, el("h1", {}, rule.behaviour), pointsBadge(rule.points)),
      page.how,
    ),
    page.others &&
      el(
        "p",
        { class: "notice mind" },
        say("还有一次点名没有记上，先把它记完。"),
        " ",
        el("a", { class: "go-on", href: `#/many/${page.others.rule}` }, say("接着记")),
      ),
    page.said,
    page.camera,
    find.box,
    find.results,
    page.list,
  );
  page.scanButton = el("button", { class: "btn quiet", onclick: () => toggleCamera(page) }, say("扫码"));
  app.thumb(link(say("名单"), "#/"), page.scanButton, page.main);
  refresh(page);
}

function toggleCamera(page) {
  if (page.look) {
    page.look.stop();
    page.look = null;
    page.how.hidden = false;
    show(page.camera);
    page.scanButton.textContent = say("扫码");
    return;
  }
  page.look = viewfinder(page.app, (text) => scanned(page, text));
  show(page.camera, page.look.node, el("div", { class: "row" }, page.look.photo, page.look.torch));
  page.scanButton.textContent = say("停扫");
  page.how.hidden = true; // who came is said above the picture: both are seen on a small phone
  scrollTo(0, 0);
}

// At a meeting people show their cards; at the door it is the door's code.
async function scanned(page, text) {
  const all = model(page.app);
  const found = readScan(text, all.pack.households, all.extras.village?.tag);
  const shown = found.kind === "card" && all.households.get(await homeOfCard(found.token, all.homes));
  if (found.kind === "household" || shown) come(page, shown || found.household);
  else {
    signal(false);
    tell(page, found.kind === "card" ? unknownCard() : sentence(found.kind), "bad");
  }
}

const unknownCard = () =>
  isSecure()
    ? say("这张户卡不在名单里，请按姓名找。")
    : say("这个地址不是 https，认不出户卡。请扫门牌码，或者按姓名找。");

function tell(page, text, kind = "good") {
  show(page.said, text && el("p", { class: `notice ${kind}` }, text));
}

// Somebody came: on the list, once. What cannot be recorded is said at once and not put down.
function come(page, household) {
  const { app, rule } = page;
  const all = model(app);
  const name = `${household.code} ${household.head}`;
  const no = page.rows.some((row) => row.household === household.id)
    ? say("%(home)s 已经点过了。", { home: name })
    : skipped(household)
      ? say("%(home)s 登记为「%(status)s」，不记分。", { home: name, status: statusName(household.status) })
      : full(
            all.homes[household.id],
            rule,
            all.day,
            page.own.filter((item) => item.household === household.id),
            all.codes,
          )
        ? say("%(home)s：%(period)s已记满 %(count)s 次。", {
            home: name,
            period: periodName(rule.cap.period),
            count: rule.cap.count,
          })
        : "";
  signal(!no);
  if (no) return tell(page, no, "mind");
  page.rows = [...page.rows, { household: household.id, id: newId(), seen_at: app.now().toISOString() }];
  keep(page);
  tell(page, say("%(home)s 来了，一共 %(count)s 户。", { home: name, count: page.rows.length }));
  return refresh(page);
}

function refresh(page) {
  const { app, rows } = page;
  const all = model(app);
  page.main.textContent = rows.length ? say("记上 %(count)s 户", { count: rows.length }) : say("记上");
  page.main.disabled = !rows.length || page.busy;
  const row = ({ household }, undo) => {
    const home = all.households.get(household);
    return el(
      "li",
      {},
      el(
        "div",
        { class: "item" },
        el("span", {}, home?.head || say("名单里没有这一户"), el("small", { class: "num" }, home?.code || "")),
        undo,
      ),
    );
  };
  show(
    page.list,
    el("h2", {}, say("来的 %(count)s 户", { count: rows.length })),
    !rows.length && el("p", { class: "nothing" }, page.done.length ? say("这一次的都记上了。") : say("还没有人。")),
    el(
      "ul",
      { class: "plain list long" },
      [...rows].reverse().map((one) =>
        row(
          one,
          el(
            "button",
            {
              class: "btn small quiet",
              onclick: () => {
                page.rows = page.rows.filter((other) => other !== one);
                keep(page);
                tell(page, "");
                refresh(page);
              },
            },
            say("去掉"),
          ),
        ),
      ),
    ),
    page.done.length > 0 && [
      el("h2", {}, say("已记 %(count)s 户", { count: page.done.length })),
      el(
        "ul",
        { class: "plain list long" },
        [...page.done].reverse().map((one) => row(one, el("span", { class: "chip" }, "✓"))),
      ),
    ],
  );
}

// One item a household, each with the id it got when it was put down: nothing is recorded twice.
async function recordAll(page) {
  const { app, rule } = page;
  if (page.busy) return;
  page.busy = true;
  refresh(page);
  try {
    const here = new Set((await app.store.recent()).map((row) => row.id));
    for (const one of [...page.rows]) {
      if (!here.has(one.id))
        await app.record({ kind: "award", household: one.household, rule: rule.id, id: one.id, seen_at: one.seen_at });
      page.own.push({ kind: "award", household: one.household, rule: rule.id, seen_at: one.seen_at });
      page.rows = page.rows.filter((other) => other !== one);
      page.done.push(one);
      await keep(page);
    }
    signal(true);
    tell(page, say("已记 %(count)s 户，手机里存好了。", { count: page.done.length }));
  } catch (fault) {
    tell(page, fault.message, "bad");
  }
  page.busy = false;
  refresh(page);
}
