// Why sending stopped; what waits stays.
import { say } from "../words/say.js";

export class Trouble extends Error {
  /**
   * @param {string} name as the state is called: offline, server_down, signed_out
   * @param {string} message
   * @param {number} retryAfter milliseconds that the server asks for
   */
  constructor(name, message = "", retryAfter = 0) {
    super(message);
    this.name = name;
    this.retryAfter = retryAfter;
  }
}

/**
 * The trouble that an answer means.
 * @param {Pick<import("./server.js").Answer, "kind" | "error" | "retryAfter">} answer
 * @param {boolean} online
 */
export function troubleOf({ kind, error, retryAfter }, online) {
  if (kind === "signed_out") {
    return new Trouble("signed_out", say("登录过期了，请重新登录。没传的都在，登录后接着传。"));
  }
  if (kind === "not_allowed") return new Trouble("signed_out", error?.message);
  if (kind === "busy") return new Trouble("server_down", say("系统正忙，过一会儿自动再传。"), retryAfter);
  if (kind === "unreachable" && !online) return new Trouble("offline");
  return new Trouble("server_down", say("系统没有回应，过一会儿自动再传。没传的都在手机里。"));
}
