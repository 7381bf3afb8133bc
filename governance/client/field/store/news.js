// Who listens to the store hears what has changed: in this window, and in the officer's other ones.

export const SOON = 80; // milliseconds: what was just recorded is painted first

/** @typedef {(what: string, values?: object) => void} Listener */
/**
 * @typedef {object} News
 * @property {(fn: Listener) => () => void} subscribe
 * @property {Listener} tell in this window, at once
 * @property {(what?: string, values?: object) => void} changed
 * @property {() => void} hush
 * @property {() => void} close
 */

/**
 * What changes is "items", "taken" (with the values, unless it was another window), or the "health" of the storage.
 * @param {string} name the channel between the windows
 * @returns {News}
 */
export function makeNews(name) {
  /** @type {Set<Listener>} */
  const heard = new Set();
  const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(name) : null;
  let hushed = false;
  /** @type {Listener} */
  function tell(what, values) {
    if (!hushed) for (const fn of heard) fn(what, values);
  }
  const hush = () => {
    hushed = true;
  };
  if (channel) {
    channel.onmessage = ({ data }) => tell(data);
    /** @type {any} */ (channel).unref?.(); // where the tests run, it keeps nobody waiting
  }
  return {
    subscribe(fn) {
      heard.add(fn);
      return () => heard.delete(fn);
    },
    tell,
    // Whoever wrote it down goes on first: the word after a tap is not kept waiting by those who listen.
    changed(what = "items", values = undefined) {
      channel?.postMessage(what);
      setTimeout(tell, what === "items" ? SOON : 0, what, values);
    },
    hush,
    close() {
      hush();
      channel?.close();
    },
  };
}
