// What is decided about the outbox, apart from storing and sending it: batches, waiting times, results. Pure.
import { MINUTE } from "./clock.js";

export const MOST = 500; // items in one sync: the contract
const FIRST_DELAY = 3000;
const LONGEST_DELAY = 5 * MINUTE;
const OUTCOMES = ["recorded", "already", "held", "refused"];

/** @typedef {import("../store/rows.js").Row} Row */
/** @typedef {import("../store/rows.js").Result} Result */
/** @typedef {{to: import("../store/rows.js").Door, rows: Row[]}} Batch */

/**
 * The oldest first, at most `most` together, one door a batch; what failed by itself before comes last, alone.
 * @param {Row[]} rows
 * @returns {Batch[]}
 */
export function batches(rows, most = MOST) {
  /** @type {Batch[]} */
  const found = [];
  /** @type {Record<string, Batch>} */
  const open = {};
  for (const row of rows.filter((one) => !one.problem)) {
    if (!open[row.to] || open[row.to].rows.length >= most) {
      open[row.to] = { to: row.to, rows: [] };
      found.push(open[row.to]);
    }
    open[row.to].rows.push(row);
  }
  const alone = rows.filter((one) => one.problem).sort((a, b) => a.tries - b.tries);
  return [...found, ...alone.map((row) => ({ to: row.to, rows: [row] }))];
}

/**
 * How long to wait after `tries` failures in a row: doubling, with jitter, so that a village does not knock at once.
 * @param {number} tries
 */
export function nextDelay(tries, random = Math.random()) {
  return Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(tries, 20)) * (0.5 + random / 2);
}

/**
 * The server's results beside what was sent: by place when both are as long, else by id.
 * @param {Row[]} rows
 * @param {(Result | null)[]} results
 * @returns {{settled: Result[], left: Row[]}} results with our ids; rows without a word
 */
export function afterResults(rows, results) {
  const inOrder = results.length === rows.length && rows.every((row, at) => fits(row, results[at]));
  const settled = [];
  const left = [];
  for (const [at, row] of rows.entries()) {
    const result = inOrder ? results[at] : results.find((one) => one?.id && isSame(row.id, one.id));
    if (result && OUTCOMES.includes(result.outcome)) settled.push({ ...result, id: row.id });
    else left.push(row);
  }
  return { settled, left };
}

/**
 * Whether a result stands in a row's place: its own id, or none.
 * @param {Row} row
 * @param {Result | null} result
 */
const fits = (row, result) => result && (result.id === null || result.id === undefined || isSame(row.id, result.id));

/** @param {unknown} ours @param {unknown} theirs */
const isSame = (ours, theirs) => String(ours).toLowerCase() === String(theirs).toLowerCase();
