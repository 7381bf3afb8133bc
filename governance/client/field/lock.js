// One sender among the windows of a phone: Web Locks, or where they are missing a lease in the store.
import { newId } from "./ids.js";

const LEASE = 90_000; // longer than the longest request; whoever dies holding it is overtaken then

// Run `work` unless somebody else is at it; false when somebody is.
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
      await work(() => store.lease(me, now() + LEASE));
    } finally {
      await store.lease(me, 0);
    }
    return true;
  };
}
