// What this page remembers of what the phone holds: shown while the phone cannot read it. For looking only:
// nothing is sent, cleared or decided by it.

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("./rows.js").RefusedRow} RefusedRow */
/** @typedef {import("./rows.js").PhotoRow} PhotoRow */
/** @typedef {import("./recent.js").Recent} Recent */
/** @typedef {ReturnType<typeof makeKnown>} Known */
/**
 * What can be looked at.
 * @typedef {object} Reading
 * @property {() => Promise<Row[]>} outbox
 * @property {() => Promise<RefusedRow[]>} refused
 * @property {() => Promise<PhotoRow[]>} photosWaiting
 * @property {() => Promise<Recent[]>} recent
 * @property {(household: string) => Promise<Recent[]>} recentOf
 * @property {(key: string) => Promise<any>} get
 */

export function makeKnown() {
  /** @type {Map<string, Row>} */
  const waiting = new Map();
  /** @type {Map<string, any>} */
  const seen = new Map();
  return {
    waiting: () => [...waiting.values()],
    /** @param {Row} row */
    wait: (row) => waiting.set(row.id, row),
    /** @param {string[]} ids */
    over(ids) {
      for (const id of ids) waiting.delete(id);
    },
    /** @param {Row[]} rows all that wait */
    replace(rows) {
      waiting.clear();
      for (const row of rows) waiting.set(row.id, row);
    },
    /** @param {string} name @param {any} value */
    see(name, value) {
      seen.set(name, value);
      return value;
    },
    /** @param {string} name @param {any} [otherwise] @returns {any} as it was seen last */
    seen: (name, otherwise = null) => (seen.has(name) ? seen.get(name) : otherwise),
  };
}

/**
 * The same readings, which never fail.
 * @param {Reading} store
 * @param {Known} known
 * @returns {Reading}
 */
export function makeLook(store, known) {
  /** @param {string} name @param {Promise<any>} reading @param {any} [otherwise] */
  const look = (name, reading, otherwise = null) =>
    reading.then(
      (value) => known.see(name, value),
      () => known.seen(name, otherwise),
    );
  const rows = () =>
    known.waiting().map((row) => /** @type {Recent} */ ({ ...row, at: row.addedAt, state: "waiting" }));
  return {
    outbox: () => store.outbox().catch(known.waiting),
    refused: () => look("refused", store.refused(), []),
    photosWaiting: () => look("photos", store.photosWaiting(), []),
    recent: () => store.recent().catch(rows),
    recentOf: (household) =>
      store.recentOf(household).catch(() => rows().filter((row) => row.item.household === household)),
    get: (key) => look(`kv ${key}`, store.get(key)),
  };
}
