// How the sending stands, in one word and one sentence.
import { say } from "../words/say.js";

/**
 * @typedef {"idle" | "sending" | "offline" | "server_busy" | "server_down" | "signed_out" | "full_disk" | "store_lost" | "clock_wrong"} Name
 */
/**
 * What the state is read from.
 * @typedef {object} Facts
 * @property {import("../store/rows.js").Figures} figures
 * @property {import("./trouble.js").Trouble | null} trouble
 * @property {boolean} full
 * @property {boolean} sending
 * @property {boolean} online
 * @property {import("./clock.js").Clock} clock
 * @property {number | null} nextAt
 */

/** @param {Facts} facts */
export function stateOf(facts) {
  const { figures, clock, nextAt } = facts;
  const name = nameOf(facts);
  return {
    ...figures,
    name,
    message: name === "offline" ? "" : messageOf(facts),
    clock: clock.wrong(),
    offset: clock.offset(),
    nextAt,
  };
}

/** @param {Facts} facts @returns {Name} */
function nameOf({ trouble, full, sending, online, clock }) {
  if (sending && online) return "sending";
  if (full) return "full_disk";
  if (!online) return "offline"; // also when the sign-in has expired: nobody can sign in there
  if (trouble) return /** @type {Name} */ (trouble.name);
  return clock.wrong() ? "clock_wrong" : "idle";
}

/** @param {Facts} facts */
function messageOf({ trouble, full, clock }) {
  if (trouble?.message) return trouble.message;
  return full ? say("手机快存满了：先传走，或者删些照片、视频。已经记的都在。") : clock.message();
}
