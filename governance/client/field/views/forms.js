// What a rule asks before it is recorded: points of a range, the reason of a deduction, a photo, a reminder's words.
import { el } from "../page/dom.js";
import { say } from "../words/say.js";
import { daysLater, dayText, model, photoField, pointsText, signed, tone } from "./parts.js";

const LONGEST = 200;
const FEW = 13; // so many points stand side by side as buttons; more are typed

const head = (home, rule, points) => [
  el("p", { class: "muted num" }, `${home.code} ${home.head}`),
  el(
    "h2",
    { tabindex: "-1" },
    rule.behaviour,
    " ",
    el("span", { class: `num nowrap ${tone(rule.points.min)}` }, points),
  ),
];

function wrong(place, text) {
  place.textContent = text;
  place.hidden = !text;
  if (text) place.scrollIntoView({ block: "center" });
}

const fault = () => el("p", { class: "error", role: "alert", hidden: true });

function noteField(label, hint) {
  const area = el("textarea", { id: "note", maxlength: LONGEST, rows: 3 });
  return {
    area,
    node: el("div", { class: "field" }, el("label", { for: "note" }, label), hint && el("small", {}, hint), area),
  };
}

// Large buttons for each value, or a number where there are too many.
function pointsField({ min, max }) {
  if (max - min >= FEW) {
    const input = el("input", { id: "points", type: "number", inputmode: "numeric", min, max });
    return {
      value: () => (input.value === "" ? null : +input.value),
      node: el(
        "div",
        { class: "field" },
        el("label", { for: "points" }, say("记几分（%(range)s）", { range: pointsText({ min, max }) })),
        input,
      ),
    };
  }
  const values = Array.from({ length: max - min + 1 }, (_, at) => (max <= 0 ? max - at : min + at)).filter(
    (value) => value !== 0,
  );
  const boxes = values.map((value) => {
    const box = el("input", { type: "radio", name: "points", value: String(value), class: "hidden" });
    return { box, node: el("label", { class: "num" }, box, el("span", {}, signed(value))) };
  });
  return {
    value: () => {
      const one = boxes.find(({ box }) => box.checked);
      return one ? +one.box.value : null;
    },
    node: el(
      "fieldset",
      { class: "choices keys" },
      el("legend", {}, say("记几分")),
      boxes.map((one) => one.node),
    ),
  };
}

// {node, main}: the form, and its main act for the thumb. `give(more, blobs)` records.
export function awardForm(home, rule, wants, give, already) {
  const points = wants.includes("points") && pointsField(rule.points);
  const minus = wants.includes("note");
  const photo = wants.includes("photo") && photoField(say("拍一张（必须）"));
  const note = noteField(minus ? say("事由（必填）") : say("说明（可不写）"), minus && say("写清看到了什么，在哪里。"));
  const error = fault();
  const main = el(
    "button",
    {
      class: "btn",
      onclick: async () => {
        const value = points ? points.value() : undefined;
        const text = note.area.value.trim();
        if (points && (value === null || !(value >= rule.points.min && value <= rule.points.max)))
          return wrong(error, say("请选一个分值。"));
        if (minus && !text) return wrong(error, say("扣分要写事由。"));
        if (photo && !photo.state.file) return wrong(error, say("这条细则要一张照片。"));
        wrong(error, "");
        main.disabled = true;
        await give({ ...(points && { points: value }), ...(text && { note: text }) }, photo ? [photo.state.file] : []);
        main.disabled = false;
        return undefined;
      },
    },
    say("记上"),
  );
  const node = el(
    "section",
    { class: "card stack" },
    head(home, rule, pointsText(rule.points)),
    already && el("p", { class: "notice mind" }, say("今天这一户已经记过这一项。是同一件事就不要再记。")),
    points?.node,
    photo && el("div", {}, el("p", { class: "muted" }, say("只拍东西，不拍人。")), photo.node),
    note.node,
    error,
  );
  return { node, main };
}

// A rule that reminds first: what is wrong, and until when it can be put right.
export function remindForm(app, home, rule, record) {
  const all = model(app);
  const deadline = daysLater(all.day, all.extras.deductions_remind[rule.code]);
  const open = (all.homes[home.id]?.reminders || []).find((one) => [rule.code, rule.id].includes(one.rule));
  const photo = photoField(say("拍一张（可不拍）"));
  const note = noteField(say("看到了什么，在哪里（必填）"), say("例如 院墙外堆着旧木料，占了半条巷道。"));
  const error = fault();
  const main = el(
    "button",
    {
      class: "btn",
      onclick: async () => {
        const text = note.area.value.trim();
        if (!text) return wrong(error, say("请写明看到了什么，在哪里。"));
        wrong(error, "");
        main.disabled = true;
        await record(
          { kind: "remind", household: home.id, rule: rule.id, note: text },
          rule,
          photo.state.file ? [photo.state.file] : [],
        );
        main.disabled = false;
        return undefined;
      },
    },
    say("发提醒"),
  );
  const node = el(
    "section",
    { class: "card stack" },
    head(home, rule, pointsText(rule.points)),
    el(
      "p",
      { class: "notice mind" },
      say("这条细则先提醒，不直接扣分。%(day)s前改好就不扣分。", { day: dayText(deadline) }),
    ),
    open &&
      el(
        "p",
        { class: "notice bad" },
        say("这一户已经有一张没有办完的提醒（%(day)s到期），办完再发新的。", { day: dayText(open.deadline) }),
      ),
    note.node,
    el("div", {}, el("p", { class: "muted" }, say("只拍东西，不拍人。")), photo.node),
    error,
  );
  return { node, main };
}

// The same rule for the same household on one day: perhaps a second tap, perhaps another officer.
export function twinForm(home, rule, give) {
  const main = el(
    "button",
    {
      class: "btn",
      onclick: async () => {
        main.disabled = true;
        await give({});
        main.disabled = false;
      },
    },
    say("是另一件，再记"),
  );
  const node = el(
    "section",
    { class: "card stack" },
    head(home, rule, pointsText(rule.points)),
    el("p", { class: "notice mind" }, say("今天这一户已经记过这一项。是同一件事就不要再记。")),
  );
  return { node, main };
}
