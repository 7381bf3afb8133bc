// One batch to its door, and the server's word on each item back into the store. When the server cannot digest
// the whole, what it cannot digest is found by halves and set aside; the others go through.
import { say } from "../words/say.js";
import { post } from "./asking.js";
import { afterResults } from "./outbox.js";

const UNDIGESTED = ["refused", "strange", "broken"];
const GIVE_UP = 8; // tries of one item on which the server fails, before it is put before its person
const BROKEN = /** @type {const} */ ({ kind: "broken", error: null });

/** @typedef {import("../store/rows.js").Row} Row */
/** @typedef {import("../store/rows.js").Door} Door */
/** @typedef {import("./server.js").Answer} Answer */
/** @typedef {Pick<import("./asking.js").Means, "store" | "clock"> & {asking: import("./asking.js").Asking}} Means */
/** @typedef {{bad: [Row, Answer][], passed: number, most: number}} Tally what was found bad, how much came through */

/**
 * @param {Means} means
 * @param {Door} to
 * @param {Row[]} rows
 */
export async function sendBatch(means, to, rows) {
  const { store, clock, asking } = means;
  const ids = rows.map((row) => row.id);
  const frozen = await store.freeze(ids, clock.mend);
  if (!frozen.length) return;
  const answer = await postRows(means, to, frozen);
  if (hasResults(answer)) return settle(means, frozen, answer.json.results);
  if (!UNDIGESTED.includes(answer.kind)) throw asking.stopFor(answer);
  // Something in it is not digested. If the door is open at all, find out what, and let the rest through.
  if (!(await isOpen(means, to))) throw asking.stopFor(BROKEN);
  /** @type {Tally} */
  const tally = { bad: [], passed: 0, most: 4 + Math.ceil(Math.log2(frozen.length + 1)) };
  await divide(means, to, frozen, answer, tally);
  for (const [row, word] of tally.bad) await setAside(means, row, word);
}

/** @param {Means} means @param {Door} to @param {Row[]} rows */
const postRows = ({ asking }, to, rows) => {
  const items = rows.map((row) => row.item);
  return post(asking, to, items);
};

/** @param {Answer} answer */
const hasResults = (answer) => answer.kind === "ok" && Array.isArray(answer.json.results);

/**
 * @param {Means} means
 * @param {Row[]} rows
 * @param {import("../store/rows.js").Result[]} results
 */
async function settle({ store, asking }, rows, results) {
  const { settled, left } = afterResults(rows, results);
  await store.settle(settled);
  const silent = left.map((row) => row.id);
  if (silent.length) await store.attempted(silent);
  if (!settled.length) throw asking.stopFor(BROKEN);
}

/** @param {Means} means @param {Door} to */
async function isOpen({ asking }, to) {
  const answer = await post(asking, to, []);
  if (answer.kind === "signed_out") throw asking.stopFor(answer);
  return answer.kind === "ok";
}

/**
 * @param {Means} means
 * @param {Door} to
 * @param {Row[]} rows that were not digested together
 * @param {Answer} answer what the server said to them
 * @param {Tally} tally
 */
async function divide(means, to, rows, answer, tally) {
  const { asking } = means;
  if (rows.length === 1) {
    tally.bad.push([rows[0], answer]);
    return;
  }
  // When nothing at all comes through, it is not one item's fault: nothing is set aside.
  if (!tally.passed && tally.bad.length >= tally.most) throw asking.stopFor(BROKEN);
  const middle = Math.ceil(rows.length / 2);
  for (const half of [rows.slice(0, middle), rows.slice(middle)]) {
    const word = await postRows(means, to, half);
    if (hasResults(word)) {
      tally.passed += half.length;
      await settle(means, half, word.json.results);
    } else if (UNDIGESTED.includes(word.kind)) {
      await divide(means, to, half, word, tally);
    } else {
      throw asking.stopFor(word);
    }
  }
}

/**
 * One item alone that the server does not digest: what it refuses is told; what it fails on is tried again later.
 * @param {Means} means
 * @param {Row} row
 * @param {Answer} answer
 */
async function setAside({ store }, row, answer) {
  const last = answer.kind !== "broken" || row.tries + 1 >= GIVE_UP;
  if (!last) return store.attempted([row.id], { message: say("系统处理这一条时出了差错，过后再试。") });
  const own = answer.kind === "refused" ? answer.error?.message : "";
  const message = own || say("系统处理不了这一条，没有记上。可以交给村委会处理。");
  return store.settle([{ id: row.id, outcome: "refused", error: { code: "not_digested", message } }]);
}
