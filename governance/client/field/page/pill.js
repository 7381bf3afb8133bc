// The state of the connection, said in a few words in the top bar; a tap leads to the outbox.

import { say } from "../words/say.js";
import { el } from "./dom.js";

// The words and the colour of a state. Pure.
export function pillWords({ name, items = 0, photos = 0, refused = 0 }) {
  const count = items + photos;
  const told = (many, none, kind) => ({ text: count ? say(many, { count }) : say(none), kind });
  if (name === "full_disk") return { text: say("手机存满了"), kind: "bad" };
  if (name === "store_lost") return told("存储打不开 · 待传 %(count)s 条", "存储打不开", "bad");
  if (name === "clock_wrong") return { text: say("手机时间不对"), kind: "bad" };
  if (name === "signed_out") return told("请重新登录 · 待传 %(count)s 条", "请重新登录", "mind");
  if (name === "offline") return told("离线 · 待传 %(count)s 条", "离线", count ? "mind" : "");
  if (name === "server_busy") return told("系统忙 · 待传 %(count)s 条", "系统忙", "mind");
  if (name === "server_down") return told("系统没有回应 · 待传 %(count)s 条", "系统没有回应", "mind");
  if (name === "sending" && count) return { text: say("正在传 · %(count)s 条", { count }), kind: "" };
  if (refused) return { text: say("没办成 %(count)s 条", { count: refused }), kind: "mind" };
  return told("待传 %(count)s 条", "在线", "");
}

export function makePill(sync) {
  const node = el("a", { class: "pill num", href: "#/outbox" });
  const draw = () => {
    const { text, kind } = pillWords(sync.state());
    if (node.textContent !== text) node.textContent = text;
    node.className = `pill num ${kind}`;
  };
  draw();
  sync.subscribe(draw);
  return el("span", { role: "status" }, node); // a link is no status, what holds it is
}
