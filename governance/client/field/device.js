// What the phone knows before anybody is known: whose page it was last, and what lies locked for whom.
import { openDB } from "idb";

// Another address of the same server (a prefix) is another service: it shares nothing.
export const deviceName = (base) => `hemei-field${base ? `@${base}` : ""}`;

export async function openDevice(base = "") {
  const db = await openDB(deviceName(base), 1, {
    upgrade(made) {
      made.createObjectStore("kv");
      made.createObjectStore("kept", { keyPath: ["owner", "n"] });
    },
    blocking: (_old, _new, event) => event.target.close(),
  });
  const range = (owner) => IDBKeyRange.bound([owner, 0], [owner, Infinity]);
  return {
    get: (key) => db.get("kv", key),
    put: (key, value) => db.put("kv", value, key),
    drop: (key) => db.delete("kv", key),
    owner: async () => (await db.get("kv", "owner")) || null,
    setOwner: (owner) => (owner ? db.put("kv", owner, "owner") : db.delete("kv", "owner")),
    // Locked rows of an officer who has signed out: {owner, n, iv, data}; the first says salt and rounds.
    async keep(owner, rows) {
      const tx = db.transaction("kept", "readwrite", { durability: "strict" });
      const last = await tx.store.openKeyCursor(range(owner), "prev");
      const from = last ? last.key[1] + 1 : 0;
      await Promise.all([...rows.map((row, at) => tx.store.put({ ...row, owner, n: from + at })), tx.done]);
    },
    kept: (owner) => db.getAll("kept", range(owner)),
    async dropKept(owner, numbers) {
      const tx = db.transaction("kept", "readwrite");
      await Promise.all([...numbers.map((n) => tx.store.delete([owner, n])), tx.done]);
    },
    close: () => db.close(),
  };
}
