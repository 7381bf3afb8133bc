// What has not arrived, taken elsewhere: as rows that can be put back, locked or not.

/** @typedef {import("./rows.js").Luggage} Luggage */
/** @typedef {import("./database.js").Writing} Writing */

const PLACES = ["outbox", "refused", "photos", "bytes"];

/**
 * @param {import("./database.js").Database} database
 * @param {() => void} changed
 */
export function makeLuggage({ read, within }, changed) {
  return {
    /** @returns {Promise<Luggage>} */
    exportRows: () =>
      read(async (db) => {
        const tx = db.transaction(PLACES);
        const lists = ["outbox", "refused", "photos"].map((name) => tx.objectStore(name).getAll());
        const [outbox, refused, photos] = await Promise.all(lists);
        const bytes = await Promise.all(photos.map((photo) => tx.objectStore("bytes").get(photo.id)));
        return { outbox, refused, photos: photos.map((photo, at) => ({ ...photo, bytes: bytes[at] })) };
      }),
    /**
     * Put them back; what is here already stays as it is.
     * @param {Partial<Luggage>} luggage
     */
    async importRows(luggage) {
      await within([...PLACES, "done"], (tx) => unpack(tx, luggage), "strict");
      changed();
    },
  };
}

/** @param {Writing} tx @param {Partial<Luggage>} luggage */
async function unpack(tx, { outbox = [], refused = [], photos = [] }) {
  for (const { seq, ...row } of outbox) {
    if (!(await knows(tx, row.id))) await tx.objectStore("outbox").add(row);
  }
  for (const row of refused) {
    if (!(await knows(tx, row.id))) await tx.objectStore("refused").put(row);
  }
  for (const { bytes, ...photo } of photos) {
    if (await tx.objectStore("photos").get(photo.id)) continue;
    await tx.objectStore("photos").put(photo);
    await tx.objectStore("bytes").put(bytes, photo.id);
  }
}

/** @param {Writing} tx @param {string} id */
async function knows(tx, id) {
  return (
    (await tx.objectStore("outbox").index("id").get(id)) ||
    (await tx.objectStore("refused").get(id)) ||
    (await tx.objectStore("done").get(id))
  );
}
