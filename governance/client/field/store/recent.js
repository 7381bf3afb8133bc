// Looking at what this phone recorded, wherever it stands: waiting, refused or done; and how much waits.

const STATES = ["waiting", "refused", "done"];

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {{at: number, state: string, seq: number} & Row} Recent a row with its moment and where it stands */

/** @param {import("./database.js").Database} database */
export function makeRecent({ read }) {
  /**
   * The oldest first; `of` reads what was refused and what is done.
   * @param {(list: import("idb").IDBPObjectStore<any, any, any>) => Promise<Row[]>} of
   * @returns {Promise<Recent[]>}
   */
  const recent = (of) =>
    read(async (db) => {
      const tx = db.transaction(["outbox", "refused", "done"]);
      const lists = await Promise.all([
        tx.objectStore("outbox").getAll(),
        of(tx.objectStore("refused")),
        of(tx.objectStore("done")),
      ]);
      const rows = lists.flatMap((list, at) => list.map((row) => ({ ...row, at: row.addedAt, state: STATES[at] })));
      return rows.sort((a, b) => a.at - b.at || a.seq - b.seq);
    });
  return {
    recent: () => recent((list) => list.getAll()),
    /**
     * What this phone recorded for a household: {id, item, at, state, result?, error?}.
     * @param {string} household
     */
    async recentOf(household) {
      const rows = await recent((list) => list.index("household").getAll(household));
      return rows.filter((row) => row.item.household === household);
    },
    /** @returns {Promise<import("./rows.js").Figures>} */
    count: () =>
      read(async (db) => {
        const tx = db.transaction(["outbox", "refused", "photos"]);
        const [items, photos, refused, first] = await Promise.all([
          tx.objectStore("outbox").count(),
          tx.objectStore("photos").count(),
          tx.objectStore("refused").count(),
          tx.objectStore("outbox").openCursor(),
        ]);
        return { items, photos, refused, oldest: first ? first.value.addedAt : null };
      }),
  };
}
