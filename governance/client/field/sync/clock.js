// The phone's clock beside the server's: how far off it is, what that means for what was recorded, how it is said.
import { say } from "../words/say.js";

export const MINUTE = 60_000;
export const WRONG = 10 * MINUTE; // a clock further off than this is wrong
const HOUR = 60;
const DAY = 24 * HOUR;

/** @typedef {import("../store/rows.js").Item} Item */
/** @typedef {import("../store/rows.js").Row} Row */
/** @typedef {ReturnType<typeof makeClock>} Clock */

/**
 * @param {{now: () => number, steady: () => number}} times the phone's clock, and one that nobody can set
 */
export function makeClock({ now, steady }) {
  /** @type {{offset: number, skew: number} | null} */
  let measured = null; // in this very page
  /** @type {number | null} */
  let told = null; // the latest moment that the server has told
  // Not known, when nothing was measured yet or when the phone's clock has been set since.
  const offset = () => (measured && Math.abs(now() - steady() - measured.skew) < WRONG ? measured.offset : null);
  const wrong = () => clockWrong(offset());
  const added = () => (wrong() ? Number(offset()) : 0);
  return {
    offset,
    wrong,
    told: () => told,
    /** @param {number | null | undefined} moment what an earlier page was told */
    remember(moment) {
      told = told || moment || null;
    },
    /**
     * @param {import("./server.js").Answer} answer
     * @param {string | null} said the server's own word on its time, else its Date
     */
    measure(answer, said = null) {
      const found = clockOffset(said || answer.date, answer.askedAt, answer.answeredAt);
      if (found === null) return;
      measured = { offset: found, skew: now() - steady() };
      told = Math.round(now() + found);
    },
    // The moment as the server would say it, as far as this page knows; and what to note beside an item.
    now: () => new Date(now() + added()),
    note: () => ({ offset: added(), after: told }),
    /** @param {Row} row */
    mend: (row) => mendTime(row, offset(), now() + (offset() || 0)),
    message: () => (wrong() ? clockMessage(Number(offset())) : ""),
  };
}

/** @param {number} offset */
function clockMessage(offset) {
  const far = farText(Math.round(Math.abs(offset) / MINUTE));
  return offset > 0
    ? say("手机的时间慢了%(far)s，记的时间已按系统时间改正。请在手机设置里校准时间。", { far })
    : say("手机的时间快了%(far)s，记的时间已按系统时间改正。请在手机设置里校准时间。", { far });
}

/** @param {number} minutes */
function farText(minutes) {
  if (minutes >= 2 * DAY) return say("%(count)s 天", { count: Math.round(minutes / DAY) });
  if (minutes >= 2 * HOUR) return say("%(count)s 小时", { count: Math.round(minutes / HOUR) });
  return say("%(count)s 分钟", { count: minutes });
}

/**
 * How far the server's clock is ahead of the phone's, measured by one answer; null when it says too little.
 * @param {string | number | null | undefined} server
 * @param {number} askedAt
 * @param {number} answeredAt
 */
export function clockOffset(server, askedAt, answeredAt) {
  const time = typeof server === "number" ? server : momentOf(server || "");
  if (Number.isNaN(time) || answeredAt - askedAt > MINUTE || answeredAt < askedAt) return null;
  return time - (askedAt + answeredAt) / 2;
}

/**
 * Two layers may each have written a Date: the browser joins them with a comma.
 * @param {string} said
 */
function momentOf(said) {
  const [date] = /^\w{3}, [^,]+/.exec(said) || [said];
  return Date.parse(date);
}

/** @param {number | null} offset */
export const clockWrong = (offset) => offset !== null && Math.abs(offset) > WRONG;

/**
 * An item whose moment cannot be right, with the moment it must have been; null when nothing needs mending.
 * `row.offset` was added when it was recorded; `row.after` is the latest that the server had told by then.
 * @param {Row} row
 * @param {number | null} offset
 * @param {number} serverNow
 * @returns {Item | null}
 */
export function mendTime(row, offset, serverNow) {
  if (offset === null) return null;
  const told = Date.parse(row.item.seen_at);
  if (Number.isNaN(told)) return null;
  let seen = told;
  if (Math.abs(offset - (row.offset || 0)) > WRONG) seen += offset - (row.offset || 0);
  if (row.after && seen < row.after - WRONG) seen = row.after; // the clock was put right in between
  if (seen > serverNow + MINUTE) seen = serverNow;
  return seen === told ? null : { ...row.item, seen_at: new Date(seen).toISOString() };
}
