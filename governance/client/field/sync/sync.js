// Sends what waits, when it can, each item once: asks for the newest first, then items, then photos.
// Nothing leaves the outbox but by the server's own word on it (store.settle).
import { makeAsking } from "./asking.js";
import { makeClock } from "./clock.js";
import { makeLock } from "./lock.js";
import { runOnce } from "./run.js";
import { makeRuns } from "./runs.js";
import { makeServer } from "./server.js";
import { makeStanding } from "./standing.js";
import { stateOf } from "./state.js";
import { makeTimer } from "./timer.js";

/** @typedef {ReturnType<typeof stateOf>} State */
/** @typedef {ReturnType<typeof makeSync>} Sync */
/**
 * @typedef {object} Options
 * @property {import("../store/store.js").Store} store
 * @property {string} [base]
 * @property {import("./server.js").Server | null} [server]
 * @property {typeof globalThis.fetch} [fetch]
 * @property {() => number} [now]
 * @property {() => number} [random]
 * @property {() => boolean} [online]
 * @property {() => number} [steady] a clock that nobody can set
 * @property {import("./lock.js").Lock | null} [lock]
 * @property {import("./timer.js").Timers} [timers]
 * @property {(officer: {id: string}) => void} [onOther] somebody else has signed in on this phone
 */

/** @param {Options} options */
export function makeSync({
  store,
  base = "",
  fetch,
  now = Date.now,
  server = null,
  random = Math.random,
  online = () => globalThis.navigator?.onLine !== false,
  steady = () => globalThis.performance.now(),
  lock = null,
  timers = globalThis,
  onOther = () => {},
}) {
  const disk = { full: false };
  const clock = makeClock({ now, steady });
  const asked = server || makeServer({ base, ...(fetch && { fetch }), now });
  const asking = makeAsking({ store, server: asked, clock, disk, now, online, onOther });
  /** @type {import("./standing.js").Standing} */
  const standing = makeStanding(store, (how) =>
    stateOf({ ...how, full: disk.full, sending: runs.going(), online: online(), clock, nextAt: timer.nextAt() }),
  );
  const alone = lock || makeLock(store, { now });
  /** @type {import("./runs.js").Runs} */
  const runs = makeRuns((forced) => runOnce(means, forced), standing.tell);
  const timer = makeTimer(timers, now, () => runs.sendNow());
  const means = { store, clock, disk, asking, standing, now, online, random, alone, runs, timer };
  return {
    state: standing.state,
    subscribe: standing.subscribe,
    sendNow: runs.sendNow,
    now: clock.now,
    note: clock.note,
    refresh: () => refresh(means),
    // Somebody has signed in: the token is of an earlier sign-in.
    signedIn() {
      asking.forgetToken();
      standing.well();
      return refresh(means);
    },
    // The phone could not write something down, or can again.
    reportFull(/** @type {boolean} */ yes) {
      disk.full = yes;
      standing.tell();
    },
    start: (/** @type {Scene} */ scene = globalThis, first = null) => start(means, scene, first),
    stop() {
      runs.stop();
      timer.clear();
    },
  };
}

/**
 * Ask for the newest, and send.
 * @param {import("./run.js").Means} means
 */
function refresh({ asking, runs }) {
  asking.forgetAge();
  return runs.sendNow({ force: true });
}

/** @typedef {{addEventListener?: (name: string, fn: () => unknown) => void, document?: Document}} Scene the window */

/**
 * Send on opening (after `first`), when the network or the person comes back, and by the timer.
 * @param {import("./run.js").Means} means
 * @param {Scene} scene
 * @param {Promise<unknown> | null} first
 */
function start({ store, clock, standing, runs }, scene, first) {
  scene.addEventListener?.("online", () => runs.sendNow());
  scene.addEventListener?.("offline", () => standing.tell());
  scene.document?.addEventListener("visibilitychange", () => {
    if (scene.document?.visibilityState === "visible") runs.sendNow();
  });
  store.subscribe((what) => what === "items" && standing.count().catch(() => {}));
  runs.after(Promise.allSettled([first, store.get("told").then(clock.remember)]));
  return runs.sendNow();
}
