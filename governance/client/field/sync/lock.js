// One sender among the windows of a phone: Web Locks, or where they are missing a lease in the store.
import { newId } from "../ids.js";

const LEASE = 90_000; // longer than the longest request; whoever dies holding it is overtaken then

/** @typedef {(longest?: number) => unknown} Renew called before each request, which takes so many milliseconds at most: who sends is still at it */
/** @typedef {(work: (renew: Renew) => Promise<void>) => Promise<boolean>} Lock runs the work unless another window is at it */
/** @typedef {{owner: string, lease: (who: string, until: number) => Promise<boolean>}} Leasing what a lock needs of the store */

/**
 * @param {Leasing} store
 * @param {{locks?: LockManager | null, now?: () => number}} options
 * @returns {Lock}
 */
export function makeLock(store, { locks = globalThis.navigator?.locks, now = Date.now } = {}) {
  if (locks) {
    return (work) =>
      locks.request(`hemei-send-${store.owner}`, { ifAvailable: true }, async (lock) => {
        if (!lock) return false;
        await work(() => {});
        return true;
      });
  }
  const me = newId();
  return async (work) => {
    if (!(await store.lease(me, now() + LEASE))) return false;
    try {
      await work((longest = 0) => store.lease(me, now() + LEASE + longest));
    } finally {
      await store.lease(me, 0);
    }
    return true;
  };
}
