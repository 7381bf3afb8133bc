// The photos that have not arrived: a row each, their bytes apart. They go when their item has arrived.

/** @typedef {import("./rows.js").PhotoRow} PhotoRow */
/** @typedef {import("./rows.js").Problem} Problem */
/** @typedef {import("./database.js").Writing} Writing */

/**
 * @param {import("./database.js").Database} database
 * @param {() => void} changed
 */
export function makePhotos({ read, within }, changed) {
  /** @param {string} id arrived, or not wanted any more */
  async function gone(id) {
    await within(["photos", "bytes"], (tx) => drop(tx, id));
    changed();
  }
  return {
    /** @returns {Promise<PhotoRow[]>} */
    photosWaiting: () => read((db) => db.getAll("photos")),
    /** @param {string} id @returns {Promise<ArrayBuffer | undefined>} */
    photoBytes: (id) => read((db) => db.get("bytes", id)),
    photoSent: gone,
    photoDropped: gone,
    /** @param {string} id */
    async photoAgain(id) {
      await within(["photos"], async (tx) => {
        const row = await tx.objectStore("photos").get(id);
        if (row) await tx.objectStore("photos").put({ ...row, problem: null });
      });
      changed();
    },
    /** @param {string} id @param {Problem | null} problem */
    async photoFailed(id, problem = null) {
      await within(["photos"], async (tx) => {
        const row = await tx.objectStore("photos").get(id);
        if (row) await tx.objectStore("photos").put({ ...row, tries: row.tries + 1, problem });
      });
      changed();
    },
  };
}

/**
 * Write down the photos of an item, given as {id, type, bytes}.
 * @param {Writing} tx
 * @param {string} itemId
 * @param {{id: string, type: string, bytes: ArrayBuffer}[]} pictures
 * @param {number} addedAt
 */
export function addPhotos(tx, itemId, pictures, addedAt) {
  return pictures.flatMap(({ id, type, bytes }) => {
    const row = { id, type, size: bytes.byteLength, itemId, addedAt, tries: 0, ready: false };
    return [tx.objectStore("photos").put(row), tx.objectStore("bytes").put(bytes, id)];
  });
}

/**
 * The item has arrived: its photos may go.
 * @param {Writing} tx
 * @param {string} itemId
 */
export async function releasePhotos(tx, itemId) {
  const photos = await photosOf(tx, itemId);
  await Promise.all(photos.map((photo) => tx.objectStore("photos").put({ ...photo, ready: true })));
}

/**
 * The item is not wanted: its photos go with it.
 * @param {Writing} tx
 * @param {string} itemId
 */
export async function dropPhotos(tx, itemId) {
  const photos = await photosOf(tx, itemId);
  await Promise.all(photos.map((photo) => drop(tx, photo.id)));
}

/** @param {Writing} tx @param {string} itemId @returns {Promise<PhotoRow[]>} */
const photosOf = (tx, itemId) => tx.objectStore("photos").index("item").getAll(itemId);

/** @param {Writing} tx @param {string} id */
const drop = (tx, id) => Promise.all([tx.objectStore("photos").delete(id), tx.objectStore("bytes").delete(id)]);
