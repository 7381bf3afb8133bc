// What the server refused waits for its person: to be handed to the committee, tried once more, or put aside.
import { dropPhotos } from "./photos.js";
import { HANDED_IN, isHandedIn } from "./rows.js";

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("./rows.js").RefusedRow} RefusedRow */
/** @typedef {import("./database.js").Writing} Writing */

/**
 * @param {import("./database.js").Database} database
 * @param {() => void} changed
 * @param {() => number} now
 */
export function makeRefused({ read, within }, changed, now) {
  /**
   * Back into the outbox, as `made` makes it.
   * @param {string[]} ids
   * @param {(row: Row, error: import("./rows.js").Refusal) => Row} made
   */
  async function back(ids, made) {
    const work = async (/** @type {Writing} */ tx) => {
      for (const id of ids) {
        /** @type {RefusedRow | undefined} */
        const row = await tx.objectStore("refused").get(id);
        if (!row) continue;
        const { seq, error, refusedAt, ...rest } = row;
        await tx.objectStore("outbox").add(made(rest, error));
        await tx.objectStore("refused").delete(id);
      }
    };
    await within(["outbox", "refused"], work, "strict");
    changed();
  }
  return {
    /** @returns {Promise<RefusedRow[]>} */
    refused: () => read(async (db) => (await db.getAll("refused")).sort((a, b) => a.seq - b.seq)),
    /**
     * Hand refused items to the committee: they wait in the outbox again, for the award desk.
     * @param {string[]} ids
     */
    hand: (ids) => back(ids, (row, error) => ({ ...row, ...forCommittee(row, error), tries: 0, problem: null, error })),
    /**
     * Try refused items once more, as they are: what refused them may have changed.
     * @param {string[]} ids
     */
    again: (ids) => back(ids, (row) => ({ ...row, tries: 0, problem: null })),
    /**
     * The person has said that this is not wanted.
     * @param {string} id
     */
    async drop(id) {
      const work = async (/** @type {Writing} */ tx) => {
        const row = await tx.objectStore("refused").get(id);
        if (!row) return;
        await tx.objectStore("refused").delete(id);
        await tx.objectStore("done").put({ ...row, dropped: true, settledAt: now() });
        await dropPhotos(tx, id);
      };
      await within(["refused", "done", "photos", "bytes"], work, "strict");
      changed();
    },
  };
}

/**
 * With the word that refused it; when it was handed in before, the first reason stays.
 * @param {Row} row
 * @param {import("./rows.js").Refusal} error
 * @returns {Pick<Row, "item" | "to" | "frozen">}
 */
function forCommittee(row, error) {
  return { item: isHandedIn(row) ? row.item : { ...row.item, why: error.code }, to: HANDED_IN, frozen: true };
}
