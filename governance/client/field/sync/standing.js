// How the sending stands: how much waits, what stopped it, how often it failed; told to whoever listens.

/** @typedef {import("./trouble.js").Trouble} Trouble */
/** @typedef {ReturnType<typeof makeStanding>} Standing */

/**
 * @param {import("../store/store.js").Store} store
 * @param {(standing: {figures: import("../store/rows.js").Figures, trouble: Trouble | null}) => import("./sync.js").State} say
 */
export function makeStanding(store, say) {
  /** @type {Set<(state: import("./sync.js").State) => void>} */
  const heard = new Set();
  /** @type {import("../store/rows.js").Figures} */
  let figures = { items: 0, photos: 0, refused: 0, oldest: null };
  /** @type {Trouble | null} */
  let trouble = null;
  let failures = 0;
  let retryAt = 0; // before that, the server has asked not to be asked
  const state = () => say({ figures, trouble });
  const tell = () => {
    for (const fn of heard) fn(state());
  };
  return {
    state,
    tell,
    /** @param {(state: import("./sync.js").State) => void} fn */
    subscribe(fn) {
      heard.add(fn);
      return () => heard.delete(fn);
    },
    figures: () => figures,
    trouble: () => trouble,
    failures: () => failures,
    async count() {
      figures = await store.count();
      tell();
    },
    // Something came through.
    passed() {
      failures = 0;
    },
    well() {
      trouble = null;
      retryAt = 0;
    },
    /** @param {Trouble} why @param {number} at */
    failed(why, at) {
      trouble = why;
      failures += 1;
      retryAt = at + why.retryAfter;
    },
    retryAt: () => retryAt,
    // No failure: nothing was tried.
    /** @param {Trouble} why */
    waits(why) {
      trouble = why;
    },
  };
}
