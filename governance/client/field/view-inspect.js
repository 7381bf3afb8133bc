// An inspection: tick what is wrong, scene by scene; the score computes itself; the result is shown before it counts.
import { el, show } from "./dom.js";
import { counted, lastTime, left as leftOf, open as mayLook, outcome, score } from "./sheets.js";
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
} from "./view-parts.js";
import { skipped } from "./walk.js";

export default function inspect(root, app, { id, sheet: sheetId }) {
  if (nothingYet(root, app)) return undefined;
  const { say } = app;
  const all = model(app);
  const sheet = all.sheets.get(sheetId);
  const home = all.households.get(id);
  const place = home
    ? { id, name: `${home.code} ${home.head}`, back: `#/h/${id}`, home }
    : all.places.has(id) && { ...all.places.get(id), back: "#/" };
  const stop = (title, text) => {
    show(root, el("section", { class: "card stop" }, el("h1", {}, title), el("p", {}, text)));
    app.thumb(link(say("名单"), "#/"), link(say("扫门牌码"), "#/scan", ""));
  };
  if (!place) return stop(say("名单里没有这一户"), say("可能换了网格或者已经注销。有信号时换一次新名单再看。"));
  if (!sheet) return stop(say("没有这张检查表"), say("检查表可能换新了。请回到这一户，再点「去检查」。"));
  if (home && skipped(home))
    return stop(
      place.name,
      say("这一户登记为「%(status)s」，不检查、不记分。住回来了，请村委会先改居住状态。", {
        status: statusName(home.status),
      }),
    );
  const settings = all.field.sheets?.[sheet.id];
  const page = {
    root,
    app,
    place,
    sheet,
    settings,
    ticks: new Set(),
    consent: false,
    busy: false,
    scenes: [],
    last: lastTime(sheet, all.homes[id], settings),
    error: el("p", { class: "error", role: "alert", hidden: true }),
  };
  page.photos = sheet.scenes.map((scene) => photoField(say("拍一张（可不拍）")));
  drawTicks(page);
  const warn = (event) => {
    if (page.ticks.size && !page.recorded) event.preventDefault();
  };
  addEventListener("beforeunload", warn);
  return () => removeEventListener("beforeunload", warn);
}

const findings = (page) => counted(page.sheet, page.ticks, page.consent);
const points = (page) => score(page.sheet, page.ticks, page.consent);
const codes = (scene) => scene.findings.map((one) => one.code);

function resultText(page) {
  const { say } = page.app;
  return page.sheet.full
    ? say("%(score)s 分", { score: points(page) })
    : say("%(count)s 个问题", { count: findings(page).length });
}

function drawTicks(page) {
  const { root, app, place, sheet, last } = page;
  const { say } = app;
  page.scenes = sheet.scenes.map((scene, at) => sceneCard(page, scene, at));
  page.score = el("b", { class: "num" });
  show(
    root,
    el(
      "section",
      { class: "card" },
      el("p", { class: "muted num" }, place.name),
      el("h1", { tabindex: "-1" }, sheet.title),
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
  const { root, app, place, sheet, settings } = page;
  const { say } = app;
  const all = model(app);
  const found = findings(page);
  const gives = place.home ? outcome(settings, points(page), found, (code) => all.byCode.has(code)) : {};
  const award = all.byCode.get(gives.award);
  const remind = all.byCode.get(gives.remind);
  const days = remind && (all.field.deductions_remind?.[remind.code] ?? 7);
  const main = el("button", { class: "btn", onclick: () => record(page, main) }, say("记上"));
  const notSeen = sheet.scenes.filter((scene) => !mayLook(scene, page.consent));
  const list = sheet.scenes.flatMap((scene) =>
    scene.findings.filter((one) => found.includes(one.code)).map((one) => ({ scene, one })),
  );
  show(
    root,
    el(
      "section",
      { class: "card result" },
      el("p", { class: "muted num" }, place.name),
      el(
        "h1",
        { tabindex: "-1" },
        sheet.full
          ? [el("b", { class: "num" }, points(page)), el("small", { class: "num" }, ` / ${sheet.full} `, say("分"))]
          : say("%(count)s 个问题", { count: found.length }),
      ),
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
          say("发提醒「%(rule)s」，%(day)s前改好就不扣分。", {
            rule: remind.behaviour,
            day: dayText(daysLater(all.day, days)),
          }),
        ),
      !award && !remind && el("p", { class: "notice" }, say("只登记结果，不加分也不扣分。")),
      notSeen.length > 0 &&
        el(
          "p",
          { class: "small muted" },
          say("没有看：%(scenes)s（不扣分）", { scenes: notSeen.map((one) => one.name).join("、") }),
        ),
    ),
    el(
      "section",
      { class: "card list" },
      el("h2", {}, list.length ? say("查到的问题") : say("没有查到问题")),
      el(
        "ul",
        { class: "plain list" },
        list.map(({ scene, one }) =>
          el(
            "li",
            {},
            el(
              "div",
              { class: "item" },
              el("span", {}, one.text, el("small", {}, scene.name)),
              one.deduct > 0 && el("b", { class: "num minus" }, `−${one.deduct}`),
            ),
          ),
        ),
      ),
    ),
    page.error,
  );
  app.thumb(
    el(
      "button",
      {
        class: "btn quiet",
        onclick: () => {
          drawTicks(page);
          scrollTo(0, 0);
        },
      },
      say("改一改"),
    ),
    main,
  );
  scrollTo(0, 0);
  root.querySelector("h1").focus();
}

async function record(page, main) {
  const { app, place, sheet } = page;
  if (page.busy) return;
  page.busy = main.disabled = true;
  try {
    const files = sheet.scenes
      .map((scene, at) => mayLook(scene, page.consent) && page.photos[at].state.file)
      .filter(Boolean);
    const whole = await app.record(
      { kind: "inspection", household: place.id, sheet: sheet.id, findings: findings(page), consent: page.consent },
      files,
    );
    page.recorded = true;
    navigator.vibrate?.(40);
    confirmNext({
      id: whole.id,
      text: `${sheet.title} ${resultText(page)}`,
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
