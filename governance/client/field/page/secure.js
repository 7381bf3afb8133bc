// Without https a browser gives a page neither a service worker nor the camera: then neither is promised.
import { say } from "../words/say.js";
import { el } from "./dom.js";

export const isSecure = () => globalThis.isSecureContext !== false;

// Why something is missing here and what to do, or nothing where all is well.
export const insecureNotice = () =>
  isSecure()
    ? null
    : el(
        "p",
        { class: "notice mind" },
        say(
          "这个地址不是 https：没有信号时这一页打不开，也不能用相机扫码。请在连得上的地方（村里的 WiFi）用，或者请管理员配好 https。",
        ),
      );
