// What was recorded and waits to be sent. Nothing leaves but by the server's own word on it, or taken back in time.
import { addPhotos, dropPhotos, releasePhotos } from "./photos.js";

/** @typedef {import("./rows.js").Item} Item */
/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("./rows.js").Problem} Problem */
/** @typedef {import("./rows.js").Result} Result */
/** @typedef {import("./database.js").Writing} Writing */

/**
 * @param {import("./database.js").Database} database
 * @param {() => void} changed
 * @param {() => number} now
 * @param {import("./known.js").Known} known
 */
export function makeOutbox({ read, within }, changed, now, known) {
  return {
    /**
     * Write an item down, with its photos (blobs in the order of item.photos). `note` is what is known of the clock.
     * @param {Item} item
     * @param {Blob[]} blobs
     * @param {{offset?: number, after?: number | null}} note
     */
    async record(item, blobs = [], note = {}) {
      const pictures = await Promise.all(blobs.map((blob, at) => pictureOf(blob, item.photos?.[at] ?? "")));
      const row = rowOf(item, now(), note);
      await within(
        ["outbox", "photos", "bytes"],
        async (tx, again) => {
          if (again && (await rowsOf(tx, [item.id])).length) return;
          await Promise.all([tx.objectStore("outbox").add(row), ...addPhotos(tx, item.id, pictures, now())]);
        },
        "strict",
      );
      known.wait(row);
      changed();
      return row;
    },
    /** @returns {Promise<Row[]>} by seq: the oldest first */
    async outbox() {
      const rows = await read((db) => db.getAll("outbox"));
      known.replace(rows);
      return rows;
    },
    /**
     * Before the first try an item may still be mended (its time); after it, never: the server may know it.
     * @param {string[]} ids
     * @param {(row: Row) => Item | null} mend
     */
    freeze: (ids, mend) => within(["outbox"], (tx) => freeze(tx, ids, mend)),
    /**
     * A try that failed; `problem` is told beside the item.
     * @param {string[]} ids
     * @param {Problem | null} problem
     */
    async attempted(ids, problem = null) {
      await within(["outbox"], async (tx) => {
        const rows = await rowsOf(tx, ids);
        const tried = rows.map((row) => ({ ...row, tries: row.tries + 1, problem, triedAt: now() }));
        await Promise.all(tried.map((row) => tx.objectStore("outbox").put(row)));
      });
      changed();
    },
    /**
     * The server's word on each item: what arrived leaves the outbox, what was refused goes to its list.
     * @param {Result[]} results
     */
    async settle(results) {
      const work = async (/** @type {Writing} */ tx) => {
        for (const result of results) {
          const [row] = await rowsOf(tx, [result.id]);
          if (row) await settleRow(tx, row, result, now());
        }
      };
      await within(["outbox", "done", "refused", "photos"], work, "strict");
      known.over(results.map((result) => result.id));
      changed();
    },
    /**
     * Take back what was never tried to be sent: gone with its photos. False: it is too late, the server may know it.
     * @param {string} id
     */
    async takeBack(id) {
      const gone = await within(["outbox", "photos", "bytes"], (tx) => takeBack(tx, id), "strict");
      if (gone) {
        known.over([id]);
        changed();
      }
      return gone;
    },
  };
}

/**
 * A reminder goes to a door of its own, where all are of one kind.
 * @param {Item} item
 * @param {number} addedAt
 * @param {object} note
 * @returns {Row}
 */
function rowOf(item, addedAt, note) {
  const { kind, ...rest } = item;
  const reminds = kind === "remind";
  const whole = reminds ? rest : item;
  return { id: item.id, item: whole, to: reminds ? "remind" : "sync", addedAt, tries: 0, ...note };
}

/** @param {Blob} blob @param {string} id */
async function pictureOf(blob, id) {
  return { id, type: blob.type || "image/jpeg", bytes: await blob.arrayBuffer() };
}

/**
 * The outbox's rows of these ids, as far as there are any.
 * @param {Writing} tx
 * @param {string[]} ids
 * @returns {Promise<Row[]>}
 */
export async function rowsOf(tx, ids) {
  const index = tx.objectStore("outbox").index("id");
  return (await Promise.all(ids.map((id) => index.get(id)))).filter(Boolean);
}

/**
 * @param {Writing} tx
 * @param {string[]} ids
 * @param {(row: Row) => Item | null} mend
 */
async function freeze(tx, ids, mend) {
  const rows = await rowsOf(tx, ids);
  const fresh = rows.filter((row) => !row.frozen);
  await Promise.all(
    fresh.map((row) => {
      row.item = mend(row) || row.item;
      row.frozen = true;
      return tx.objectStore("outbox").put(row);
    }),
  );
  return rows;
}

/**
 * @param {Writing} tx
 * @param {Row} row
 * @param {Result} result
 * @param {number} at
 */
async function settleRow(tx, row, result, at) {
  await tx.objectStore("outbox").delete(/** @type {number} */ (row.seq));
  const { problem, ...rest } = row;
  if (result.outcome === "refused") {
    await tx.objectStore("refused").put({ ...rest, error: result.error, refusedAt: at });
    return;
  }
  await tx.objectStore("done").put({ ...rest, result, settledAt: at });
  await releasePhotos(tx, row.id);
}

/** @param {Writing} tx @param {string} id */
async function takeBack(tx, id) {
  const [row] = await rowsOf(tx, [id]);
  if (!row || row.frozen) return false;
  await tx.objectStore("outbox").delete(/** @type {number} */ (row.seq));
  await dropPhotos(tx, id);
  return true;
}
