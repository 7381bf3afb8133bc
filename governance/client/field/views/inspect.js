// An inspection: tick what is wrong, scene by scene; the score computes itself; the result is shown before it counts.

import { counted, lastTime, left as leftOf, open as mayLook, outcome, score } from "../checklists.js";
import { el, show } from "../page/dom.js";
import { skipped } from "../walk.js";
import {
  confirmNext,
  daysLater,
  dayText,
  link,
  model,
  nothingYet,
  photoField,
  pointsBadge,
  setMark,
  statusName,
} from "./parts.js";

export default function inspect(root, app, { id, checklist: checklistId }) {
  if (nothingYet(root, app)) return undefined;
  const { say } = app;
  const all = model(app);
  const checklist = all.checklists.get(checklistId);
  const home = all.households.get(id);
  const place = home
    ? { id, name: `${home.code} ${home.head}`, back: `#/h/${id}`, home }
    : all.places.has(id) && { ...all.places.get(id), back: "#/" };
  const stop = (title, text) => {
    show(root, el("section", { class: "card stop" }, el("h1", {}, title), el("p", {}, text)));
    app.thumb(link(say("名单"), "#/"), link(say("扫门牌码"), "#/scan", ""));
  };
  if (!place) return stop(say("名单里没有这一户"), say("可能换了网格或者已经注销。有信号时换一次新名单再看。"));
  if (!checklist) return stop(say("没有这张检查表"), say("检查表可能换新了。请回到这一户，再点「去检查」。"));
  if (home && skipped(home))
    return stop(
      place.name,
      say("这一户登记为「%(status)s」，不检查、不记分。住回来了，请村委会先改居住状态。", {
        status: statusName(home.status),
      }),
    );
  const settings = all.extras.sheets?.[checklist.id];
  const page = {
    root,
    app,
    place,
    checklist,
    settings,
    ticks: new Set(),
    consent: false,
    busy: false,
    scenes: [],
    last: lastTime(checklist, all.homes[id], settings),
    error: el("p", { class: "error", role: "alert", hidden: true }),
  };
  page.photos = checklist.scenes.map(() => photoField(say("拍一张（可不拍）")));
  drawTicks(page);
  const warn = (event) => {
    if (page.ticks.size && !page.recorded) event.preventDefault();
  };
  addEventListener("beforeunload", warn);
  return () => removeEventListener("beforeunload", warn);
}

const findings = (page) => counted(page.checklist, page.ticks, page.consent);
const points = (page) => score(page.checklist, page.ticks, page.consent);

function resultText(page) {
  const { say } = page.app;
  return page.checklist.full
    ? say("%(score)s 分", { score: points(page) })
    : say("%(count)s 个问题", { count: findings(page).length });
}

function drawTicks(page) {
  const { root, app, place, checklist, last } = page;
  const { say } = app;
  page.scenes = checklist.scenes.map((scene, at) => sceneCard(page, scene, at));
  page.score = el("b", { class: "num" });
  show(
    root,
    el(
      "section",
      { class: "card" },
      el("p", { class: "muted num" }, place.name),
      el("h1", { tabindex: "-1" }, checklist.title),
      el("p", { class: "muted" }, say("看到什么问题就勾什么，没有问题不用勾。")),
      last &&
        el(
          "button",
          { class: "btn quiet wide", onclick: () => sameAsLast(page) },
          last.findings.length
            ? say("和上次一样（%(day)s，%(count)s 个问题）", { day: dayText(last.day), count: last.findings.length })
            : say("和上次一样（%(day)s，没有问题）", { day: dayText(last.day) }),
        ),
    ),
    page.scenes.map((one) => one.node),
  );
  app.thumb(
    link(say("不查了"), place.back),
    el(
      "button",
      { class: "btn next", onclick: () => drawResult(page) },
      el("span", {}, page.score, el("small", {}, say("看结果"))),
    ),
  );
  retell(page);
}

function retell(page) {
  page.score.textContent = resultText(page);
  for (const one of page.scenes) one.draw();
}

function sceneCard(page, scene, at) {
  const { say } = page.app;
  const before = new Set(page.last?.findings);
  const figure = el("span", { class: "num muted left" });
  const boxes = scene.findings.map((finding) => {
    const box = el("input", { type: "checkbox", id: `f-${finding.code}` });
    box.checked = page.ticks.has(finding.code);
    box.addEventListener("change", () => {
      page.ticks[box.checked ? "add" : "delete"](finding.code);
      retell(page);
    });
    const node = el(
      "li",
      {},
      el(
        "label",
        { class: "item tick" },
        box,
        el("span", {}, finding.text),
        before.has(finding.code) && el("span", { class: "chip gold" }, say("上次")),
        finding.deduct > 0 && el("b", { class: "num minus" }, `−${finding.deduct}`),
      ),
    );
    return { box, node, code: finding.code };
  });
  const inside = el(
    "div",
    {},
    el(
      "ul",
      { class: "plain list" },
      boxes.map((one) => one.node),
    ),
    el("div", { class: "inside" }, page.photos[at].node),
  );
  const consent = !scene.consent
    ? null
    : el(
        "label",
        { class: "item tick consent" },
        el("input", { type: "checkbox" }),
        el("span", {}, say("户主同意入户"), el("small", {}, say("没有同意就不进屋、不看、不扣分"))),
      );
  consent?.querySelector("input").addEventListener("change", (event) => {
    page.consent = event.target.checked;
    retell(page);
  });
  const draw = () => {
    inside.hidden = !mayLook(scene, page.consent);
    figure.textContent = inside.hidden ? say("没有看") : scene.max ? `${leftOf(scene, page.ticks)} / ${scene.max}` : "";
    for (const { box, code } of boxes) box.checked = page.ticks.has(code);
    if (consent) consent.querySelector("input").checked = page.consent;
  };
  return {
    node: el(
      "section",
      { class: "card list scene" },
      el("h2", { class: "row between" }, scene.name, figure),
      consent,
      inside,
    ),
    draw,
  };
}

// What was found last time is ticked again, what was not is not; indoors only with today's consent.
function sameAsLast(page) {
  page.ticks = new Set(page.last.findings);
  retell(page);
  drawResult(page);
}

function drawResult(page) {
  const { root, app, place } = page;
  const { say } = app;
  const main = el("button", { class: "btn", onclick: () => record(page, main) }, say("记上"));
  const back = () => {
    drawTicks(page);
    scrollTo(0, 0);
  };
  show(
    root,
    el(
      "section",
      { class: "card result" },
      el("p", { class: "muted num" }, place.name),
      el("h1", { tabindex: "-1" }, pointsLine(page)),
      consequences(page),
      notSeen(page),
    ),
    foundCard(page),
    page.error,
  );
  app.thumb(el("button", { class: "btn quiet", onclick: back }, say("改一改")), main);
  scrollTo(0, 0);
  root.querySelector("h1").focus();
}

function pointsLine(page) {
  const { say } = page.app;
  const { full } = page.checklist;
  if (!full) return say("%(count)s 个问题", { count: findings(page).length });
  return [el("b", { class: "num" }, points(page)), el("small", { class: "num" }, ` / ${full} `, say("分"))];
}

// What the result gives or reminds of, told before it counts.
function consequences(page) {
  const { app, place, settings } = page;
  const { say } = app;
  const all = model(app);
  const stands = (code) => all.byCode.has(code);
  const gives = place.home ? outcome(settings, points(page), findings(page), stands) : {};
  const award = all.byCode.get(gives.award);
  const remind = all.byCode.get(gives.remind);
  if (!award && !remind) return el("p", { class: "notice" }, say("只登记结果，不加分也不扣分。"));
  const day = remind && dayText(daysLater(all.day, all.extras.deductions_remind?.[remind.code] ?? 7));
  return [
    award &&
      el(
        "p",
        { class: "notice good" },
        say("记「%(rule)s」", { rule: award.behaviour }),
        " ",
        pointsBadge(award.points),
      ),
    remind &&
      el(
        "p",
        { class: "notice mind" },
        say("发提醒「%(rule)s」，%(day)s前改好就不扣分。", { rule: remind.behaviour, day }),
      ),
  ];
}

function notSeen({ app, checklist, consent }) {
  const names = checklist.scenes.filter((scene) => !mayLook(scene, consent)).map((scene) => scene.name);
  if (!names.length) return null;
  return el("p", { class: "small muted" }, app.say("没有看：%(scenes)s（不扣分）", { scenes: names.join("、") }));
}

function foundCard(page) {
  const { say } = page.app;
  const found = findings(page);
  const row = (scene, one) =>
    el(
      "div",
      { class: "item" },
      el("span", {}, one.text, el("small", {}, scene.name)),
      one.deduct > 0 && el("b", { class: "num minus" }, `−${one.deduct}`),
    );
  const rows = page.checklist.scenes.flatMap((scene) =>
    scene.findings.filter((one) => found.includes(one.code)).map((one) => el("li", {}, row(scene, one))),
  );
  return el(
    "section",
    { class: "card list" },
    el("h2", {}, rows.length ? say("查到的问题") : say("没有查到问题")),
    el("ul", { class: "plain list" }, rows),
  );
}

async function record(page, main) {
  const { app, place, checklist } = page;
  if (page.busy) return;
  page.busy = main.disabled = true;
  try {
    const files = checklist.scenes
      .map((scene, at) => mayLook(scene, page.consent) && page.photos[at].state.file)
      .filter(Boolean);
    const whole = await app.record(
      { kind: "inspection", household: place.id, sheet: checklist.id, findings: findings(page), consent: page.consent },
      files,
    );
    page.recorded = true;
    navigator.vibrate?.(40);
    confirmNext({
      id: whole.id,
      text: `${checklist.title} ${resultText(page)}`,
      points: null,
      place: place.name,
      before: await setMark(app, place.id, "done"),
    });
    app.go(place.back);
  } catch (fault) {
    page.error.textContent = fault.message;
    page.error.hidden = false;
    page.busy = main.disabled = false;
  }
}
