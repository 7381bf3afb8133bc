// One run: the newest, the items, the photos; then what stopped it, and when the next one is.
import { nextDelay } from "./outbox.js";
import { sendItems, sendPhotos } from "./sending.js";
import { Trouble, troubleOfPhone } from "./trouble.js";

const CALM = 6; // as long as after so many failures: nothing failed, and something still waits

/**
 * @typedef {object} Means
 * @property {import("../store/store.js").Store} store
 * @property {import("./clock.js").Clock} clock
 * @property {import("./asking.js").Disk} disk
 * @property {import("./asking.js").Asking} asking
 * @property {import("./standing.js").Standing} standing
 * @property {import("./runs.js").Runs} runs
 * @property {ReturnType<typeof import("./timer.js").makeTimer>} timer
 * @property {import("./lock.js").Lock} alone
 * @property {() => number} now
 * @property {() => boolean} online
 * @property {() => number} random
 */

/**
 * @param {Means} means
 * @param {boolean} forced a person has asked
 * @returns {Promise<boolean>} whether nothing stopped it
 */
export async function runOnce(means, forced) {
  const { timer, online, standing, now } = means;
  timer.clear();
  const wait = forced ? 0 : standing.retryAt() - now();
  if (wait > 0) {
    await standing.count().catch(() => {});
    timer.set(wait);
    return false;
  }
  if (forced || online()) await attempt(means, forced);
  else standing.waits(new Trouble("offline"));
  await standing.count().catch(() => {});
  setTimer(means);
  return !standing.trouble();
}

/** @param {Means} means @param {boolean} forced */
async function attempt(means, forced) {
  const { disk, standing, alone, now } = means;
  try {
    if (await alone((renew) => sendAll(means, renew, forced))) standing.passed(); // else another window is at it
    standing.well();
  } catch (fault) {
    disk.full = disk.full || /** @type {Error} */ (fault).name === "StoreFull";
    standing.failed(fault instanceof Trouble ? fault : troubleOfPhone(/** @type {Error} */ (fault)), now());
  }
}

/**
 * @param {Means} means
 * @param {import("./lock.js").Renew} renew
 * @param {boolean} forced
 */
async function sendAll(means, renew, forced) {
  const { asking, clock, standing } = means;
  if (forced || asking.isOld() || clock.offset() === null) await asking.askNewest();
  const sent = await sendItems({ ...means, ...standing }, renew, forced);
  await sendPhotos({ ...means, ...standing }, renew);
  // The word on an award tells the household's figures; what an inspection or a reminder has made is asked for.
  if (sent.some((row) => row.item.kind !== "award")) await asking.askNewest();
}

/** @param {Means} means */
function setTimer({ asking, standing, runs, timer, random }) {
  const { items, photos } = standing.figures();
  const trouble = standing.trouble();
  const waits = items > 0 || photos > 0;
  const later = trouble ? trouble.name !== "signed_out" && (waits || asking.never()) : items > 0;
  if (!later || runs.stopped()) return;
  timer.set(Math.max(nextDelay(trouble ? standing.failures() : CALM, random()), trouble?.retryAfter || 0));
}
