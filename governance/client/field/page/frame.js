// The frame of the page: the bar on top, the view of an address, the buttons at the thumb.
import { say } from "../words/say.js";
import { el, show } from "./dom.js";

export const brand = () => el("b", {}, say("和美积分"));

// The bar with its name and tools, and what stands below it.
export const draw = (place, name, tools, ...rest) =>
  show(place, el("header", {}, name, el("div", { class: "tools row" }, tools)), ...rest);

export function makeFrame(place) {
  const main = el("main", { id: "main" });
  const thumb = el("nav", { class: "thumb", hidden: true });
  const name = brand();
  const above = el("section", { class: "door", "aria-label": say("要注意的"), hidden: true });
  let tidy = null;
  const frame = {
    // `door` stands above the page: the sign-in, when it has expired.
    open: (tools, door) => draw(place, name, tools, door, above, main, thumb),
    name(text) {
      name.textContent = text || say("和美积分");
    },
    // What is wrong with the phone stands above every view until it is well again.
    alarm(text) {
      show(above, text && el("p", { class: "notice bad", role: "alert" }, text));
      above.hidden = !text;
    },
    // The buttons at the thumb; the next page begins without any.
    thumb(...buttons) {
      show(thumb, ...buttons);
      thumb.hidden = !buttons.length;
    },
    notice(text, kind = "good") {
      main.querySelector(":scope > .notice.passing")?.remove();
      main.prepend(el("p", { class: `notice passing ${kind}`, role: kind === "bad" ? "alert" : "status" }, text));
    },
    // Leave the view there was, and let another one begin.
    leave() {
      tidy?.();
      tidy = null;
      frame.thumb();
    },
    view(drawIn) {
      show(main);
      tidy = drawIn(main) || null;
      scrollTo(0, 0);
    },
  };
  return frame;
}
