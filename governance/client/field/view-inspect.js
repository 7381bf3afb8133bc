import { el, show } from "./dom.js";

// A placeholder: the page that stands here is still being built.
export default function (root) {
  show(root, el("p", { class: "nothing" }, "inspect"));
}
