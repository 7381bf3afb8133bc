// A connection to a database on the phone, which the browser may close behind the page (iOS does, when it wants room
// or has been asleep): it is opened anew, and what failed on it is done once more.

/**
 * What browsers throw then: "The database connection is closing", "Connection to Indexed Database server lost",
 * and for a transaction that was cut off.
 */
const LOST = ["InvalidStateError", "UnknownError", "AbortError"];

/** @typedef {import("idb").IDBPDatabase} Connection */
/** @typedef {ReturnType<typeof makeConnection>} Reconnecting */

/** @param {any} fault */
export const isLost = (fault) => LOST.includes(fault?.name);

/** @param {() => Promise<Connection>} open */
export function makeConnection(open) {
  /** @type {Promise<Connection> | null} */
  let opened = null;
  const shut = (/** @type {Promise<Connection>} */ mine) =>
    mine.then(
      (db) => db.close(),
      () => {},
    );
  /** @param {Promise<Connection> | null} mine the one that failed: perhaps there is another by now */
  function forget(mine = opened) {
    if (mine) shut(mine);
    if (opened === mine) opened = null;
  }
  /**
   * @template T
   * @param {(db: Connection, again: boolean) => Promise<T>} work
   * @param {boolean} again
   */
  async function once(work, again) {
    opened = opened || open();
    const mine = opened;
    const db = await mine.catch((fault) => {
      forget(mine);
      throw fault;
    });
    try {
      return await work(db, again);
    } catch (fault) {
      if (isLost(fault)) forget(mine);
      throw fault;
    }
  }
  return {
    /**
     * `again`: the first try may have come through, though it did not look like it.
     * @template T
     * @param {(db: Connection, again: boolean) => Promise<T>} work
     */
    using: (work) =>
      once(work, false).catch((fault) => {
        if (!isLost(fault)) throw fault;
        return once(work, true);
      }),
    forget: () => forget(),
  };
}
