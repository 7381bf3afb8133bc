// What the phone holds for one officer: the pack, the outbox, the photos. One database an officer.
//
// openStore(owner) -> store. Rows: {id, item, to, addedAt, tries, problem?}; `to` is the door an item goes
// to: sync (award, inspection), remind, held. A call resolves when the phone has written it down, not before.
import { deleteDB, openDB } from "idb";
import { asText } from "./astext.js";
import { say } from "./words.js";

const VERSION = 1;
const KEPT_DAYS = 60; // how long the phone remembers what has arrived
const DAY = 86_400_000;
export const SOON = 80; // milliseconds: what was just recorded is painted first
const TAKEN = ["pack", "packTag", "field", "fieldTag", "takenAt"];

// The phone could not write it down; `message` may be shown as it is.
export class StoreError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

export const nameOf = (owner) => `hemei-field-${owner}`;

function upgrade(db) {
  db.createObjectStore("kv");
  const outbox = db.createObjectStore("outbox", { keyPath: "seq", autoIncrement: true });
  outbox.createIndex("id", "id", { unique: true });
  for (const name of ["done", "refused"]) {
    db.createObjectStore(name, { keyPath: "id" }).createIndex("household", "item.household");
  }
  db.createObjectStore("photos", { keyPath: "id" }).createIndex("item", "itemId");
  db.createObjectStore("bytes");
}

export async function openStore(owner, { now = Date.now, onGone = () => {} } = {}) {
  const heard = new Set();
  const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(nameOf(owner)) : null;
  let connection = null;
  const open = () =>
    openDB(nameOf(owner), VERSION, {
      upgrade,
      // A newer page, or a sign-out in another window, needs the database: let it go.
      blocking: (_old, _new, event) => {
        event.target.close();
        connection = null;
        if (!gone) onGone();
        gone = true;
      },
      terminated: () => {
        connection = null;
      },
    });
  let gone = false;
  connection = open();
  await connection;
  if (channel) {
    channel.onmessage = ({ data }) => tell(data);
    channel.unref?.();
  }

  // What has changed: "items", or "taken" (with the values, unless it was another window).
  function tell(what, values) {
    if (!gone) for (const fn of heard) fn(what, values);
  }
  // Whoever wrote it down goes on first: the word after a tap is not kept waiting by those who listen.
  function changed(what = "items", values = undefined) {
    channel?.postMessage(what);
    setTimeout(tell, what === "items" ? SOON : 0, what, values);
  }

  // One transaction: all of it or nothing; `strict` waits until it stands on the disk.
  async function within(names, work, durability = "relaxed") {
    if (gone) throw new StoreError("StoreGone", say("这一页已经换新或退出了，请重新打开再记。"));
    connection = connection || open();
    const db = await connection;
    try {
      const tx = db.transaction(names, "readwrite", { durability });
      let result;
      try {
        [result] = await Promise.all([work(tx), tx.done]);
      } catch (fault) {
        try {
          tx.abort();
        } catch {
          /* it has ended */
        }
        tx.done.catch(() => {});
        throw tx.error || fault;
      }
      return result;
    } catch (fault) {
      throw readable(fault);
    }
  }

  async function read(work) {
    if (gone) throw new StoreError("StoreGone", say("这一页已经换新或退出了，请重新打开再记。"));
    connection = connection || open();
    return work(await connection);
  }

  const store = {
    owner,
    subscribe(fn) {
      heard.add(fn);
      return () => heard.delete(fn);
    },

    // --- small things: the pack, the field data, the clock
    get: (key) => read((db) => db.get("kv", key)),
    put: (key, value) => within(["kv"], (tx) => tx.objectStore("kv").put(value, key)),
    keepPack: (pack, etag) => keep({ pack, packTag: etag, takenAt: now() }),
    keepField: (field, etag) => keep({ field, fieldTag: etag, takenAt: now() }),
    // What was taken is still the newest there is.
    stillNew: () => keep({ takenAt: now() }),
    async readTaken() {
      return read(async (db) => {
        const values = await Promise.all(TAKEN.map((key) => db.get("kv", key)));
        return Object.fromEntries(TAKEN.map((key, at) => [key, values[at] ?? null]));
      });
    },
    async forgetTaken() {
      await within(["kv"], (tx) => Promise.all(TAKEN.map((key) => tx.objectStore("kv").delete(key))));
    },

    // The lease of the one that sends: true if it is (still) ours. `until` 0 gives it back.
    async lease(who, until) {
      return within(["kv"], async (tx) => {
        const held = await tx.objectStore("kv").get("lease");
        if (held && held.who !== who && held.until > now()) return false;
        await tx.objectStore("kv").put({ who, until }, "lease");
        return true;
      });
    },

    // --- recording
    // Write an item down, with its photos (blobs in the order of item.photos). `note` is what is known of the clock.
    async record(item, blobs = [], note = {}) {
      const pictures = await Promise.all(
        blobs.map(async (blob, at) => ({
          id: item.photos[at],
          type: blob.type || "image/jpeg",
          bytes: await blob.arrayBuffer(),
        })),
      );
      const { kind, ...rest } = item;
      const to = kind === "remind" ? "remind" : "sync";
      const row = { id: item.id, item: to === "remind" ? rest : item, to, addedAt: now(), tries: 0, ...note };
      await within(
        ["outbox", "photos", "bytes"],
        async (tx) => {
          await Promise.all([
            tx.objectStore("outbox").add(row),
            ...pictures.flatMap(({ id, type, bytes }) => [
              tx
                .objectStore("photos")
                .put({ id, type, size: bytes.byteLength, itemId: item.id, addedAt: now(), tries: 0, ready: false }),
              tx.objectStore("bytes").put(bytes, id),
            ]),
          ]);
        },
        "strict",
      );
      changed();
      return row;
    },

    // --- the outbox
    outbox: () => read((db) => db.getAll("outbox")), // by seq: oldest first
    // Before the first try an item may still be mended (its time); after it, never: the server may know it.
    async freeze(ids, mend) {
      return within(["outbox"], async (tx) => {
        const rows = await rowsOf(tx, ids);
        await Promise.all(
          rows
            .filter((row) => !row.frozen)
            .map((row) => {
              row.item = mend(row) || row.item;
              row.frozen = true;
              return tx.objectStore("outbox").put(row);
            }),
        );
        return rows;
      });
    },
    // A try that failed; `problem` is told beside the item.
    async attempted(ids, problem = null) {
      await within(["outbox"], async (tx) => {
        const rows = await rowsOf(tx, ids);
        await Promise.all(
          rows.map((row) => tx.objectStore("outbox").put({ ...row, tries: row.tries + 1, problem, triedAt: now() })),
        );
      });
      changed();
    },
    // The server's word on each item: what arrived leaves the outbox, what was refused goes to its list.
    async settle(results) {
      await within(
        ["outbox", "done", "refused", "photos"],
        async (tx) => {
          for (const result of results) {
            const [row] = await rowsOf(tx, [result.id]);
            if (row) await settleRow(tx, row, result);
          }
        },
        "strict",
      );
      changed();
    },

    // --- what was refused
    refused: () => read(async (db) => (await db.getAll("refused")).sort((a, b) => a.seq - b.seq)),
    // Hand refused items to the committee: they wait in the outbox again, for the award desk.
    async hand(ids) {
      await within(
        ["outbox", "refused"],
        async (tx) => {
          for (const id of ids) {
            const row = await tx.objectStore("refused").get(id);
            if (!row) continue;
            const { seq, error, refusedAt, ...rest } = row;
            const item = row.to === "held" ? row.item : { ...row.item, why: error.code };
            await tx
              .objectStore("outbox")
              .add({ ...rest, item, to: "held", tries: 0, problem: null, frozen: true, error });
            await tx.objectStore("refused").delete(id);
          }
        },
        "strict",
      );
      changed();
    },
    // The committee has these already.
    async handed(ids) {
      await leave(ids, { handed: true });
    },
    // The person has said that these are not wanted.
    async drop(id) {
      await leave([id], { dropped: true });
    },

    // Try refused items once more, as they are: what refused them may have changed.
    async again(ids) {
      await within(
        ["outbox", "refused"],
        async (tx) => {
          for (const id of ids) {
            const row = await tx.objectStore("refused").get(id);
            if (!row) continue;
            const { seq, error, refusedAt, ...rest } = row;
            await tx.objectStore("outbox").add({ ...rest, tries: 0, problem: null });
            await tx.objectStore("refused").delete(id);
          }
        },
        "strict",
      );
      changed();
    },
    // Take back what was never tried to be sent: gone with its photos. False: it is too late, the server may know it.
    async takeBack(id) {
      const gone = await within(
        ["outbox", "photos", "bytes"],
        async (tx) => {
          const [row] = await rowsOf(tx, [id]);
          if (!row || row.frozen) return false;
          await tx.objectStore("outbox").delete(row.seq);
          for (const photo of await tx.objectStore("photos").index("item").getAll(id)) {
            await Promise.all([tx.objectStore("photos").delete(photo.id), tx.objectStore("bytes").delete(photo.id)]);
          }
          return true;
        },
        "strict",
      );
      if (gone) changed();
      return gone;
    },

    // --- photos
    photosWaiting: () => read((db) => db.getAll("photos")),
    photoBytes: (id) => read((db) => db.get("bytes", id)),
    async photoSent(id) {
      await within(["photos", "bytes"], (tx) =>
        Promise.all([tx.objectStore("photos").delete(id), tx.objectStore("bytes").delete(id)]),
      );
      changed();
    },
    async photoFailed(id, problem = null) {
      await within(["photos"], async (tx) => {
        const row = await tx.objectStore("photos").get(id);
        if (row) await tx.objectStore("photos").put({ ...row, tries: row.tries + 1, problem });
      });
      changed();
    },

    // --- looking
    // What this phone recorded for a household: {id, item, at, state: waiting|refused|done, result?, error?}.
    async recentOf(household) {
      const rows = await recent((list) => list.index("household").getAll(household));
      return rows.filter((row) => row.item.household === household);
    },
    recent: () => recent((list) => list.getAll()),
    // {items, photos, refused, oldest}: how much waits, and since when.
    async count() {
      return read(async (db) => {
        const tx = db.transaction(["outbox", "refused", "photos"]);
        const [items, photos, refused, first] = await Promise.all([
          tx.objectStore("outbox").count(),
          tx.objectStore("photos").count(),
          tx.objectStore("refused").count(),
          tx.objectStore("outbox").openCursor(),
        ]);
        return { items, photos, refused, oldest: first ? first.value.addedAt : null };
      });
    },

    // --- taking it elsewhere
    // Everything that has not arrived, as rows that can be put back.
    async exportRows() {
      return read(async (db) => {
        const tx = db.transaction(["outbox", "refused", "photos", "bytes"]);
        const [outbox, refused, photos] = await Promise.all(
          ["outbox", "refused", "photos"].map((name) => tx.objectStore(name).getAll()),
        );
        const bytes = await Promise.all(photos.map((photo) => tx.objectStore("bytes").get(photo.id)));
        return { outbox, refused, photos: photos.map((photo, at) => ({ ...photo, bytes: bytes[at] })) };
      });
    },
    // Put them back; what is here already stays as it is.
    async importRows({ outbox = [], refused = [], photos = [] }) {
      await within(
        ["outbox", "refused", "done", "photos", "bytes"],
        async (tx) => {
          for (const { seq, ...row } of outbox) if (!(await knows(tx, row.id))) await tx.objectStore("outbox").add(row);
          for (const row of refused) if (!(await knows(tx, row.id))) await tx.objectStore("refused").put(row);
          for (const { bytes, ...photo } of photos) {
            if (await tx.objectStore("photos").get(photo.id)) continue;
            await tx.objectStore("photos").put(photo);
            await tx.objectStore("bytes").put(bytes, photo.id);
          }
        },
        "strict",
      );
      changed();
    },
    // What waits, as a text that a person can read, and the committee can type from.
    async exportAll() {
      const [{ outbox, refused, photos }, taken] = await Promise.all([store.exportRows(), store.readTaken()]);
      return asText(outbox, refused, photos, taken);
    },
    // Everything of this officer, away. Refuses while anything waits, unless told.
    async wipe({ anyway = false } = {}) {
      const { items, photos, refused } = await store.count();
      if (!anyway && items + photos + refused) {
        throw new StoreError(
          "StillWaiting",
          say("还有 %(count)s 条没有办完，先别清。", { count: items + photos + refused }),
        );
      }
      store.close();
      await deleteDB(nameOf(owner));
    },
    close() {
      gone = true;
      connection?.then((db) => db.close());
      connection = null;
      channel?.close();
    },
  };

  async function keep(values) {
    await within(["kv", "done"], async (tx) => {
      await Promise.all(Object.entries(values).map(([key, value]) => tx.objectStore("kv").put(value, key)));
      if ("field" in values) await forgetOld(tx.objectStore("done"));
    });
    changed("taken", values);
  }
  // What this phone recorded, the oldest first; `of` reads what was refused and what is done.
  async function recent(of) {
    return read(async (db) => {
      const tx = db.transaction(["outbox", "refused", "done"]);
      const lists = await Promise.all([
        tx.objectStore("outbox").getAll(),
        of(tx.objectStore("refused")),
        of(tx.objectStore("done")),
      ]);
      const states = ["waiting", "refused", "done"];
      return lists
        .flatMap((rows, at) => rows.map((row) => ({ ...row, at: row.addedAt, state: states[at] })))
        .sort((a, b) => a.at - b.at || a.seq - b.seq);
    });
  }
  async function forgetOld(done) {
    const old = (await done.getAll()).filter((row) => (row.settledAt || 0) < now() - KEPT_DAYS * DAY);
    await Promise.all(old.map((row) => done.delete(row.id)));
  }
  async function rowsOf(tx, ids) {
    const index = tx.objectStore("outbox").index("id");
    return (await Promise.all(ids.map((id) => index.get(id)))).filter(Boolean);
  }
  async function knows(tx, id) {
    return (
      (await tx.objectStore("outbox").index("id").get(id)) ||
      (await tx.objectStore("refused").get(id)) ||
      (await tx.objectStore("done").get(id))
    );
  }
  async function settleRow(tx, row, result) {
    await tx.objectStore("outbox").delete(row.seq);
    const { problem, ...rest } = row;
    if (result.outcome === "refused") {
      await tx.objectStore("refused").put({ ...rest, error: result.error, refusedAt: now() });
      return;
    }
    await tx.objectStore("done").put({ ...rest, result, settledAt: now() });
    const photos = await tx.objectStore("photos").index("item").getAll(row.id);
    await Promise.all(photos.map((photo) => tx.objectStore("photos").put({ ...photo, ready: true })));
  }
  async function leave(ids, mark) {
    await within(
      ["refused", "done", "photos", "bytes"],
      async (tx) => {
        for (const id of ids) {
          const row = await tx.objectStore("refused").get(id);
          if (!row) continue;
          await tx.objectStore("refused").delete(id);
          await tx.objectStore("done").put({ ...row, ...mark, settledAt: now() });
          for (const photo of await tx.objectStore("photos").index("item").getAll(id)) {
            if (mark.handed) await tx.objectStore("photos").put({ ...photo, ready: true });
            else
              await Promise.all([tx.objectStore("photos").delete(photo.id), tx.objectStore("bytes").delete(photo.id)]);
          }
        }
      },
      "strict",
    );
    changed();
  }
  return store;
}

// A fault of the database as a sentence.
function readable(fault) {
  if (fault instanceof StoreError) return fault;
  if (fault?.name === "QuotaExceededError") {
    return new StoreError(
      "StoreFull",
      say("手机存满了，这一条没有记上。请先传走或删些照片、视频，再记一次。以前记的都在。"),
    );
  }
  return new StoreError(fault?.name || "StoreError", say("手机没有存下来，这一条没有记上，请再记一次。"));
}
