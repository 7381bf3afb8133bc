// Scan a door code: the camera, or a photo of the code where there is none, or type. Opens the household.

import { readScan } from "../find.js";
import { el, show } from "../page/dom.js";
import { isSecure } from "../page/secure.js";
import { makeReader, openCamera, readPhoto, signal, whyNot } from "../scan.js";
import { say } from "../words/say.js";
import { finder, link, model, nothingYet, statusName } from "./parts.js";

let reader = null;
export const readerOf = (app) => (reader = reader || makeReader(app.scanworker));

// A sentence for what is no household of the list.
export function sentence(kind) {
  return {
    card: say("这是户卡，不是门牌码。请扫门上的门牌码，或者按姓名找。"),
    other_village: say("这是别的村的门牌码，不归本村管。"),
    unknown: say("名单里没有这个门牌码：可能是换下来的旧码，或者是别的网格的户。可以按姓名找。"),
    not_ours: say("这不是本系统的码，请扫门牌码。"),
    none: say("照片里没有看到码。请靠近些、对正，再拍一张。"),
    bad_photo: say("这张照片打不开，请再拍一张。"),
  }[kind];
}

export function cameraSentence(error) {
  if (!isSecure()) return say("这个地址不是 https，浏览器不让用相机。可以点「拍一张码」，或者按姓名、门牌找。");
  return {
    refused: say("没有允许用相机。可以点「拍一张码」，或者按姓名、门牌找。"),
    busy: say("相机正被别的程序用着。关掉它再来，或者点「拍一张码」。"),
    none: say("这里打不开相机。可以点「拍一张码」，或者按姓名、门牌找。"),
  }[whyNot(error)];
}

// The viewfinder with its word and its buttons; `onText` hears what was read. {node, buttons, tell, stop}
export function viewfinder(app, onText) {
  const video = el("video", { class: "finder", "aria-label": say("相机画面") });
  video.muted = true;
  const frame = el("div", { class: "frame" }, video, el("i", { "aria-hidden": "true" }));
  const word = el("p", { class: "notice mind", role: "status", hidden: true });
  const tell = (text, kind = "mind") => {
    word.hidden = !text;
    word.className = `notice ${kind}`;
    word.textContent = text || "";
  };
  const torch = el(
    "button",
    { class: "btn quiet", type: "button", hidden: true, "aria-pressed": "false" },
    say("开灯"),
  );
  const file = el("input", { type: "file", accept: "image/*", capture: "environment", class: "hidden" });
  const photo = el("label", { class: "btn quiet" }, file, say("拍一张码"));
  let camera = null;
  let stopped = false;
  file.addEventListener("change", async () => {
    if (!file.files[0]) return;
    tell(say("正在看…"), "good");
    try {
      const text = await readPhoto(file.files[0], readerOf(app));
      if (stopped) return;
      tell("");
      if (text === null) {
        signal(false);
        tell(sentence("none"), "bad");
      } else onText(text);
    } catch {
      tell(sentence("bad_photo"), "bad");
    }
    file.value = "";
  });
  torch.addEventListener("click", async () => {
    const on = torch.getAttribute("aria-pressed") !== "true";
    try {
      await camera.torch(on);
      torch.setAttribute("aria-pressed", String(on));
      torch.textContent = on ? say("关灯") : say("开灯");
    } catch {
      torch.hidden = true;
    }
  });
  async function start() {
    try {
      const opened = await openCamera(video, readerOf(app), onText);
      if (stopped) return opened.stop();
      camera = opened;
      torch.hidden = !opened.hasTorch;
    } catch (fault) {
      if (stopped) return undefined;
      frame.hidden = true;
      if (word.hidden) tell(cameraSentence(fault)); // what a code from outside was stays said
    }
    return undefined;
  }
  start();
  return {
    node: el("div", { class: "stack" }, frame, word),
    word,
    photo,
    torch,
    tell,
    forget: () => camera?.forget(),
    stop: () => {
      stopped = true;
      camera?.stop();
    },
  };
}

export default function scan(root, app, params) {
  if (nothingYet(root, app)) return undefined;
  const look = viewfinder(app, read);
  function read(text) {
    const all = model(app);
    const found = readScan(text, all.pack.households, all.extras.village?.tag);
    signal(found.kind === "household");
    if (found.kind === "household") app.go(`#/h/${found.household.id}`);
    else look.tell(sentence(found.kind), "bad");
  }
  const found = finder(app, {
    label: say("扫不了就打字：姓名、门牌"),
    most: 8,
    row: (household) =>
      el(
        "a",
        { class: "item", href: `#/h/${household.id}` },
        el(
          "span",
          {},
          household.head,
          el(
            "small",
            { class: "num" },
            household.code,
            household.status === "resident" ? "" : ` · ${statusName(household.status)}`,
          ),
        ),
        el("span", { class: "go", "aria-hidden": "true" }, "›"),
      ),
    onEnter: (household) => app.go(`#/h/${household.id}`),
  });
  show(root, el("h1", { class: "small-title" }, say("对准门牌码")), look.node, found.box, found.results);
  app.thumb(link(say("名单"), "#/"), look.photo, look.torch);
  if (params.text) read(params.text);
  return look.stop;
}
