// The next run by itself: when it is, and that it comes once.
import { MINUTE } from "./clock.js";

const LONGEST = 24 * 60 * MINUTE;

/** @typedef {{setTimeout: (fn: () => void, delay: number) => any, clearTimeout: (timer: any) => void}} Timers */

/**
 * @param {Timers} timers
 * @param {() => number} now
 * @param {() => unknown} run
 */
export function makeTimer(timers, now, run) {
  /** @type {any} */
  let timer = null;
  /** @type {number | null} */
  let nextAt = null;
  return {
    nextAt: () => nextAt,
    /** @param {number} delay */
    set(delay) {
      const wait = Math.min(delay, LONGEST);
      nextAt = now() + wait;
      timer = timers.setTimeout(() => run(), wait);
    },
    clear() {
      if (timer !== null) timers.clearTimeout(timer);
      timer = nextAt = null;
    },
  };
}
