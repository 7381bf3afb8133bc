// What the phone knows before anybody is known: whose page it was last, and what lies locked for whom.
import { openDB } from "idb";
import { makeConnection } from "./connection.js";

/** @typedef {import("./vault.js").Part} Part */
/** @typedef {Part & {owner: string, n: number}} KeptPart a locked part of an officer who has signed out */

/**
 * Another address of the same server (a prefix) is another service: it shares nothing.
 * @param {string} base
 */
export const deviceName = (base) => `hemei-field${base ? `@${base}` : ""}`;

export async function openDevice(base = "") {
  const connection = makeConnection(() =>
    openDB(deviceName(base), 1, {
      upgrade(made) {
        made.createObjectStore("kv");
        made.createObjectStore("kept", { keyPath: ["owner", "n"] });
      },
      blocking: () => connection.forget(),
      terminated: () => connection.forget(),
    }),
  );
  await connection.using(async () => {});
  return {
    /** @param {string} key @returns {Promise<any>} */
    get: (key) => connection.using((db) => db.get("kv", key)),
    /** @param {string} key @param {unknown} value */
    put: (key, value) => connection.using((db) => db.put("kv", value, key)),
    /** @param {string} key */
    drop: (key) => connection.using((db) => db.delete("kv", key)),
    /** @returns {Promise<string | null>} */
    owner: async () => (await connection.using((db) => db.get("kv", "owner"))) || null,
    /** @param {string | null} owner @returns {Promise<unknown>} */
    setOwner: (owner) =>
      connection.using(async (db) => (owner ? db.put("kv", owner, "owner") : db.delete("kv", "owner"))),
    /** @param {string} owner @param {Part[]} parts */
    keep: (owner, parts) => connection.using((db) => keep(db, owner, parts)),
    /** @param {string} owner @returns {Promise<KeptPart[]>} */
    kept: (owner) => connection.using((db) => db.getAll("kept", range(owner))),
    /** @param {string} owner @param {number[]} numbers */
    dropKept: (owner, numbers) =>
      connection.using(async (db) => {
        const tx = db.transaction("kept", "readwrite");
        await Promise.all([...numbers.map((n) => tx.store.delete([owner, n])), tx.done]);
      }),
    close: connection.forget,
  };
}

/** @param {string} owner */
const range = (owner) => IDBKeyRange.bound([owner, 0], [owner, Number.POSITIVE_INFINITY]);

/**
 * Behind what is kept already; a part that is kept twice is opened once, for its rows are known by their ids.
 * @param {import("./connection.js").Connection} db
 * @param {string} owner
 * @param {Part[]} parts
 */
async function keep(db, owner, parts) {
  const tx = db.transaction("kept", "readwrite", { durability: "strict" });
  const last = await tx.store.openKeyCursor(range(owner), "prev");
  const from = last ? /** @type {[string, number]} */ (last.key)[1] + 1 : 0;
  await Promise.all([...parts.map((part, at) => tx.store.put({ ...part, owner, n: from + at })), tx.done]);
}
