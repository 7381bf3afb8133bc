// Whose page this is, how old the list is, large type, the other language, the home screen, signing out.
import { el, show } from "../page/dom.js";
import { insecureNotice } from "../page/secure.js";
import { languageNow, say } from "../words/say.js";
import { link, model, momentText } from "./parts.js";

const LARGE = "hemei-field-large";
const large = () => localStorage.getItem(LARGE) === "1";
const setLarge = (on) => {
  localStorage.setItem(LARGE, on ? "1" : "0");
  document.documentElement.classList.toggle("large", on);
};
if (typeof document !== "undefined") document.documentElement.classList.toggle("large", large());

export default function me(root, app) {
  const place = el("div", { class: "stack" });
  show(root, place);
  const again = () => draw(place, app, again);
  again();
  app.onChange(again);
  app.thumb(link(say("名单"), "#/", ""));
}

function draw(place, app, again) {
  const all = model(app);
  const officer = all?.extras.officer?.name;
  const state = app.sync.state();
  show(
    place,
    el(
      "section",
      { class: "card" },
      el("h1", {}, officer || say("我的")),
      el(
        "p",
        {},
        all
          ? el("span", {}, all.pack.village.name, " · ", say("%(count)s 户", { count: all.pack.households.length }))
          : say("名单还没有取到"),
      ),
      all?.takenAt && el("p", { class: "muted num" }, say("名单取于 %(when)s", { when: momentText(all.takenAt) })),
      el("button", { class: "btn wide", onclick: () => app.sync.refresh() }, say("换新名单")),
    ),
    sessionCard(app, state),
    el(
      "section",
      { class: "card stack" },
      el("h2", {}, say("看得清楚些")),
      el(
        "button",
        {
          class: "btn quiet wide",
          "aria-pressed": String(large()),
          onclick: () => {
            setLarge(!large());
            again();
          },
        },
        large() ? say("换回小字") : say("大字"),
      ),
      el(
        "button",
        {
          class: "btn quiet wide",
          lang: languageNow() === "en" ? "zh-CN" : "en",
          onclick: () => {
            localStorage.setItem("hemei-field-language", languageNow() === "en" ? "zh" : "en");
            location.reload();
          },
        },
        languageNow() === "en" ? "中文" : "English",
      ),
    ),
    insecureNotice() || homeScreen(),
    all?.extras.villages &&
      el("p", { class: "more" }, el("a", { href: `${app.base}/account/posts` }, say("换一个村（要有信号）"))),
    el(
      "p",
      { class: "more" },
      el("a", { href: `${app.base}/officer/mine` }, say("我记的分、修改密码、申报亲属（要有信号）")),
    ),
  );
}

const homeScreen = () =>
  el(
    "section",
    { class: "card" },
    el("h2", {}, say("放到手机桌面（可以不放）")),
    el("p", {}, say("不用安装也能用。想方便些：在浏览器菜单里点「添加到主屏幕」，下次从桌面打开，没有信号也打得开。")),
    el("p", { class: "muted" }, say("微信里打开的，请先点右上角「…」，选「在浏览器打开」。")),
  );

function sessionCard(app, state) {
  return app.session?.card?.(state) || null;
}
