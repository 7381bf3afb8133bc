// What was taken from the server for looking (the pack, the extras), small notes of the pages, and who may send.

const KEPT_DAYS = 60; // how long the phone remembers what has arrived
const DAY = 86_400_000;
const TAKEN = ["pack", "packTag", "field", "fieldTag", "takenAt"];

/** @typedef {import("./rows.js").Taken} Taken */

/**
 * @param {import("./database.js").Database} database
 * @param {(what: string, values: object) => void} changed
 * @param {() => number} now
 * @param {import("./known.js").Known} known
 */
export function makeTaken({ read, within }, changed, now, known) {
  /** @param {Partial<Taken>} values */
  async function keep(values) {
    await within(["kv", "done"], async (tx) => {
      const kv = tx.objectStore("kv");
      await Promise.all(Object.entries(values).map(([key, value]) => kv.put(value, key)));
      if ("field" in values) await forgetOld(tx, now() - KEPT_DAYS * DAY);
    });
    known.see("taken", { ...known.seen("taken", {}), ...values });
    changed("taken", values);
  }
  return {
    /** @param {string} key @returns {Promise<any>} */
    get: (key) => read((db) => db.get("kv", key)),
    /** @param {string} key @param {unknown} value */
    put: (key, value) => within(["kv"], (tx) => tx.objectStore("kv").put(value, key)),
    /** @param {any} pack @param {string | null} etag */
    keepPack: (pack, etag) => keep({ pack, packTag: etag, takenAt: now() }),
    /** @param {any} extras @param {string | null} etag */
    keepExtras: (extras, etag) => keep({ field: extras, fieldTag: etag, takenAt: now() }),
    // What was taken is still the newest there is.
    stillNew: () => keep({ takenAt: now() }),
    /** @returns {Promise<Taken>} */
    async readTaken() {
      const values = await read((db) => Promise.all(TAKEN.map((key) => db.get("kv", key))));
      return known.see("taken", Object.fromEntries(TAKEN.map((key, at) => [key, values[at] ?? null])));
    },
    async forgetTaken() {
      await within(["kv"], (tx) => Promise.all(TAKEN.map((key) => tx.objectStore("kv").delete(key))));
    },
    /**
     * The lease of the one that sends: true if it is (still) theirs. `until` 0 gives it back.
     * @param {string} who
     * @param {number} until
     */
    lease: (who, until) =>
      within(["kv"], async (tx) => {
        const lease = await tx.objectStore("kv").get("lease");
        if (lease && lease.who !== who && lease.until > now()) return false;
        await tx.objectStore("kv").put({ who, until }, "lease");
        return true;
      }),
  };
}

/**
 * @param {import("./database.js").Writing} tx
 * @param {number} before
 */
async function forgetOld(tx, before) {
  const done = tx.objectStore("done");
  const old = (await done.getAll()).filter((row) => (row.settledAt || 0) < before);
  await Promise.all(old.map((row) => done.delete(row.id)));
}
