// One run of sending at a time; who asks while it runs gets another after it, a person even if that one fails.

/** @typedef {ReturnType<typeof makeRuns>} Runs */

/**
 * @param {(forced: boolean) => Promise<boolean>} run whether it went well
 * @param {() => void} tell
 */
export function makeRuns(run, tell) {
  /** @type {Promise<void> | null} */
  let going = null;
  /** @type {{force: boolean} | null} */
  let wanted = null; // somebody has asked for a run that has not begun
  /** @type {Promise<unknown> | null} */
  let ready = null;
  let stopped = false;

  const again = (/** @type {boolean} */ well) => wanted !== null && (well || wanted.force) && !stopped;
  async function all() {
    await ready;
    let well = true;
    do {
      const forced = !!wanted?.force;
      wanted = null;
      well = await run(forced);
    } while (again(well));
    going = wanted = null; // at once: who asks from here on begins another run
    tell();
  }
  return {
    going: () => going !== null,
    stopped: () => stopped,
    // Resolves when there is nothing more to try.
    sendNow({ force = false } = {}) {
      wanted = { force: force || !!wanted?.force };
      if (!going) {
        going = all();
        tell();
      }
      return going;
    },
    // The first run waits for this.
    after(/** @type {Promise<unknown>} */ first) {
      ready = first;
    },
    stop() {
      stopped = true;
    },
  };
}
