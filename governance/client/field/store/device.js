// What the phone knows before anybody is known: whose page it was last, and what lies locked for whom.
import { openDB } from "idb";

/** @typedef {import("./vault.js").Part} Part */
/** @typedef {Part & {owner: string, n: number}} KeptPart a locked part of an officer who has signed out */

/**
 * Another address of the same server (a prefix) is another service: it shares nothing.
 * @param {string} base
 */
export const deviceName = (base) => `hemei-field${base ? `@${base}` : ""}`;

export async function openDevice(base = "") {
  const db = await openDB(deviceName(base), 1, {
    upgrade(made) {
      made.createObjectStore("kv");
      made.createObjectStore("kept", { keyPath: ["owner", "n"] });
    },
    blocking: (_old, _new, event) => /** @type {IDBDatabase} */ (event.target).close(),
  });
  const range = (/** @type {string} */ owner) => IDBKeyRange.bound([owner, 0], [owner, Number.POSITIVE_INFINITY]);
  return {
    /** @param {string} key @returns {Promise<any>} */
    get: (key) => db.get("kv", key),
    /** @param {string} key @param {unknown} value */
    put: (key, value) => db.put("kv", value, key),
    /** @param {string} key */
    drop: (key) => db.delete("kv", key),
    /** @returns {Promise<string | null>} */
    owner: async () => (await db.get("kv", "owner")) || null,
    /** @param {string | null} owner @returns {Promise<unknown>} */
    setOwner: (owner) => (owner ? db.put("kv", owner, "owner") : db.delete("kv", "owner")),
    /** @param {string} owner @param {Part[]} parts */
    async keep(owner, parts) {
      const tx = db.transaction("kept", "readwrite", { durability: "strict" });
      const last = await tx.store.openKeyCursor(range(owner), "prev");
      const from = last ? /** @type {[string, number]} */ (last.key)[1] + 1 : 0;
      await Promise.all([...parts.map((part, at) => tx.store.put({ ...part, owner, n: from + at })), tx.done]);
    },
    /** @param {string} owner @returns {Promise<KeptPart[]>} */
    kept: (owner) => db.getAll("kept", range(owner)),
    /** @param {string} owner @param {number[]} numbers */
    async dropKept(owner, numbers) {
      const tx = db.transaction("kept", "readwrite");
      await Promise.all([...numbers.map((n) => tx.store.delete([owner, n])), tx.done]);
    },
    close: () => db.close(),
  };
}
