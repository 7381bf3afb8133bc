// Parts that several pages of the field page share: words for points and days, the thumb bar, the search, the marks.
import { dayOf } from "../caps.js";
import { makeIndex, search } from "../find.js";
import { el, show } from "../page/dom.js";
import { isSecure } from "../page/secure.js";
import { isHandedIn } from "../store/rows.js";
import { languageNow, say } from "../words/say.js";

export const signed = (points) => (points > 0 ? `+${points}` : points < 0 ? `−${-points}` : "0");
export const pointsText = ({ min, max }) => (min === max ? signed(min) : `${signed(min)}～${signed(max)}`);
export const tone = (points) => (points < 0 ? "minus" : "plus");

export function pointsBadge({ min, max }) {
  return el("b", { class: `num ${min < 0 ? "minus" : "plus"}` }, pointsText({ min, max }));
}

// 11月20日 of a day (2026-11-20), or of a moment.
export function dayText(day) {
  const [, month, date] = (typeof day === "string" && day.length === 10 ? day : dayOf(day)).split("-").map(Number);
  return languageNow() === "en" ? `${month}/${date}` : `${month}月${date}日`;
}

// 11月20日 9:30
export function momentText(moment) {
  const [hour, minute] = new Date(+new Date(moment) + 8 * 3600e3).toISOString().slice(11, 16).split(":");
  return `${dayText(moment)} ${+hour}:${minute}`;
}

export function daysLater(day, days) {
  return dayOf(+new Date(`${day}T12:00:00+08:00`) + days * 86_400_000);
}

export const daysBetween = (from, to) => Math.round((new Date(to) - new Date(from)) / 86_400_000);

// How long until a deadline, in words.
export function leftText(app, deadline) {
  const days = daysBetween(model(app).day, deadline);
  if (days < 0) return say("已过期 %(days)s 天", { days: -days });
  return days === 0 ? say("今天到期") : say("剩 %(days)s 天", { days });
}

export function statusName(status) {
  return (
    { resident: say("常住"), away: say("外出"), seasonal: say("季节性居住"), empty: say("空户") }[status] || status
  );
}

export function periodName(period) {
  const names = {
    month: say("本月"),
    quarter: say("本季度"),
    year: say("今年"),
    event: say("同一天"),
    once: say("一共"),
  };
  return names[period] || period;
}

// What proves an act, in words: a usual kind has a code, any other document is called by its own name.
export function evidenceName(code) {
  const names = {
    none: "",
    photo: say("要拍照"),
    before_after_photo: say("要拍照"),
    inspection: say("检查记录"),
    certificate: say("证书"),
    reminder: say("提醒单"),
    council: say("红白理事会证明"),
    filing: say("报备单"),
    award: say("评选结果"),
    statement: say("情况说明"),
    sign_in: say("签到表"),
    minutes: say("会议记录"),
    sign_in_out: say("签到签退"),
    roster: say("花名册"),
    mediation_file: say("调解档案"),
    record: say("登记记录"),
    police_decision: say("公安决定书"),
    both_parties: say("双方确认"),
    committee: say("村委会确认"),
    letter: say("录取通知书"),
    visit_note: say("走访记录"),
  };
  return names[code] ?? code;
}

// Everything of the pack that the pages look up, made once for each pack.
let made = { key: null };
export function model(app) {
  const { pack, field: extras, packTag, fieldTag, takenAt } = app.taken();
  if (!pack) return null;
  const key = [packTag, fieldTag, pack.made_at, extras?.made_at].join("|");
  if (made.key !== key) {
    made = {
      key,
      pack,
      extras: extras || {},
      homes: extras?.homes || {},
      households: new Map(pack.households.map((one) => [one.id, one])),
      places: new Map((extras?.places || []).map((one) => [one.id, one])),
      rules: new Map(pack.rules.map((one) => [one.id, one])),
      byCode: new Map(pack.rules.map((one) => [one.code, one])),
      codes: Object.fromEntries(pack.rules.map((one) => [one.id, one.code])),
      checklists: new Map(pack.sheets.map((one) => [one.id, one])),
      index: makeIndex(pack.households, extras?.homes),
    };
  }
  return { ...made, takenAt, day: dayOf(app.now()) };
}

// No pack yet: one sentence instead of the page. Returns whether that is so.
export function nothingYet(root, app) {
  if (app.taken().pack) return false;
  show(
    root,
    el(
      "section",
      { class: "card stop" },
      el("h1", {}, say("名单还没有取到")),
      el(
        "p",
        {},
        isSecure()
          ? say("第一次用要有信号：取一次名单和细则，以后没有信号也能用。")
          : say("要连得上系统，取一次名单和细则。"),
      ),
      el(
        "div",
        { class: "stack" },
        el("button", { class: "btn wide", onclick: () => app.sync.sendNow() }, say("现在取")),
        el("a", { class: "btn quiet wide", href: "#/me" }, say("我的")),
      ),
    ),
  );
  app.onChange(() => {
    if (app.taken().pack) dispatchEvent(new HashChangeEvent("hashchange"));
  });
  return true;
}

// What this phone recorded that the pack's figures do not hold yet.
export function notYetCounted(rows, takenAt) {
  return rows.filter(
    (row) =>
      !isHandedIn(row) &&
      !row.dropped &&
      (row.state === "waiting" || (row.state === "done" && (row.settledAt || 0) > (takenAt || 0))),
  );
}

// --- the walk's marks: what this phone noted of a visit; they stay on the phone
const KEPT = 40;
const LOST = Symbol("lost");
export const readMarks = async (app) => (await app.store.look.get("marks")) || {};

// A small note of a page, kept if the phone can: what was recorded stands without it.
export const note = (app, key, value) =>
  app.store.put(key, value).catch((fault) => fault.name === "StoreFull" && app.sync.reportFull(true));

export async function setMark(app, id, state) {
  const day = dayOf(app.now());
  const marks = await app.store.get("marks").catch(() => LOST);
  if (marks === LOST) return null; // as they cannot be read, they are not written anew either
  return changeMark(app, marks || {}, id, state, day);
}

async function changeMark(app, marks, id, state, day) {
  const before = marks[id] || null;
  const kept = Object.fromEntries(Object.entries(marks).filter(([, one]) => daysBetween(one.day, day) < KEPT));
  if (state) kept[id] = typeof state === "string" ? { day, state } : state;
  else delete kept[id];
  await note(app, "marks", kept);
  return before;
}

// --- the confirmation of what was just recorded: above the thumb, until the next act
let passing = null;
export const confirmNext = (what) => {
  passing = what;
};
export const takeConfirmation = () => {
  const what = passing;
  passing = null;
  return what;
};

export const link = (text, href, kind = "quiet") => el("a", { class: `btn ${kind}`, href }, text);

// A search over the households: as one types. `row(household)` makes what a find looks like.
export function finder(app, { label, row, most = 30, onText = () => {}, onEnter = () => {} }) {
  const results = el("ul", { class: "plain list" });
  const none = el(
    "p",
    { class: "nothing", hidden: true },
    say("没有找到。换个写法试试：姓名、拼音首字母、3-17 都行。"),
  );
  const input = el("input", {
    id: "find",
    type: "search",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    enterkeyhint: "search",
    placeholder: say("王秀兰、wxl、3-17"),
  });
  const draw = () => {
    const text = input.value.trim();
    const found = text ? search(model(app).index, text) : [];
    show(
      results,
      found.slice(0, most).map((household) => el("li", {}, row(household))),
    );
    none.hidden = !text || found.length > 0;
    results.hidden = !found.length;
    finds.hidden = !text;
    onText(text);
  };
  input.addEventListener("input", draw);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const [first] = input.value.trim() ? search(model(app).index, input.value) : [];
    if (first) onEnter(first);
  });
  const box = el("div", { class: "find-box", role: "search" }, el("label", { for: "find" }, label), input);
  const finds = el("section", { class: "card list", hidden: true }, results, none);
  return {
    box,
    input,
    results: finds,
    draw,
    clear: () => {
      input.value = "";
      draw();
    },
  };
}

// A photo to take, if wanted: a button with the camera behind it, the picture beside it once taken.
export function photoField(text, onFile = () => {}) {
  const picture = el("img", { class: "taken", alt: say("刚拍的照片"), hidden: true });
  const input = el("input", { type: "file", accept: "image/*", capture: "environment", class: "hidden" });
  const words = el("span", {}, text);
  const state = { file: null };
  input.addEventListener("change", () => {
    state.file = input.files[0] || null;
    if (picture.src) URL.revokeObjectURL(picture.src);
    picture.hidden = !state.file;
    if (state.file) picture.src = URL.createObjectURL(state.file);
    words.textContent = state.file ? say("重拍") : text;
    onFile(state.file);
  });
  return { node: el("div", { class: "photo" }, el("label", { class: "btn quiet" }, input, words), picture), state };
}
