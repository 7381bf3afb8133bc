// Why sending stopped; what waits stays.
import { say } from "../words/say.js";

export class Trouble extends Error {
  /**
   * @param {string} name as the state is called: offline, server_busy, server_down, signed_out, store_lost
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
  if (kind === "busy") return busy(error, retryAfter || 0);
  if (kind === "unreachable" && !online) return new Trouble("offline");
  return new Trouble("server_down", say("系统没有回应，过一会儿自动再传。没传的都在手机里。"));
}

/**
 * The service is there and cannot take anything just now: all of it is sent again, later.
 * @param {import("../store/rows.js").Refusal | null} error
 * @param {number} retryAfter
 */
function busy(error, retryAfter) {
  const why = {
    full: say("系统那边的磁盘满了，请告诉村委会。没传的都在手机里，过一会儿自动再传。"),
    read_only: say("系统那边一时存不了，请告诉村委会。没传的都在手机里，过一会儿自动再传。"),
    broken: say("系统那边的数据出了毛病，请告诉村委会。没传的都在手机里，过一会儿自动再传。"),
    gone: say("系统那边的数据库连不上。没传的都在手机里，过一会儿自动再传。"),
  }[error?.code || ""];
  return new Trouble("server_busy", why || say("系统正忙。没传的都在手机里，过一会儿自动再传。"), retryAfter);
}

/**
 * What the phone itself could not do.
 * @param {Error} fault
 */
export function troubleOfPhone({ name, message }) {
  if (name !== "StoreLost") return new Trouble("server_down", message);
  return new Trouble("store_lost", say("手机里存的东西一时打不开，过一会儿自动再试。请关掉这一页，重新打开。"));
}
