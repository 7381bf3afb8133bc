// What the phone holds for one officer: the pack, the outbox, the photos. One database an officer.
//
// openStore(owner) -> store. A call resolves when the phone has written it down, not before.
import { say } from "../words/say.js";
import { asText } from "./astext.js";
import { nameOf, openDatabase, StoreError } from "./database.js";
import { makeKnown, makeLook } from "./known.js";
import { makeLuggage } from "./luggage.js";
import { makeNews } from "./news.js";
import { makeOutbox } from "./outbox-rows.js";
import { makePhotos } from "./photos.js";
import { makeRecent } from "./recent.js";
import { makeRefused } from "./refused-rows.js";
import { makeTaken } from "./taken.js";

const NOTHING = { pack: null, field: null };

/** @typedef {Awaited<ReturnType<typeof openStore>>} Store */

/**
 * @param {string} owner the officer's id
 * @param {{now?: () => number, onGone?: () => void}} [options]
 */
export async function openStore(owner, { now = Date.now, onGone = () => {} } = {}) {
  const news = makeNews(nameOf(owner));
  const known = makeKnown();
  /** @type {StoreError | null} */
  let trouble = null;
  const gone = () => {
    news.hush();
    onGone();
  };
  const database = await openDatabase(owner, gone, (fault) => {
    const other = Boolean(fault) !== Boolean(trouble);
    trouble = fault;
    if (other) news.tell("health");
  });
  const { changed } = news;
  const rooms = {
    ...makeTaken(database, changed, now, known),
    ...makeOutbox(database, changed, now, known),
    ...makeRefused(database, changed, now),
    ...makePhotos(database, changed),
    ...makeRecent(database),
    ...makeLuggage(database, changed),
  };
  const store = {
    owner,
    subscribe: news.subscribe,
    ...rooms,
    // For looking: what the phone cannot read is what this page remembers.
    look: makeLook(rooms, known),
    // What the phone's storage suffers from; listeners hear "health" when that changes.
    trouble: () => trouble,
    // What waits, as a text that a person can read, and the committee can type from; also while it cannot be read.
    async exportAll() {
      const [{ outbox, refused, photos }, taken] = await Promise.all([
        store.exportRows().catch(() => remembered(known)),
        store.readTaken().catch(() => known.seen("taken", NOTHING)),
      ]);
      return asText(outbox, refused, photos, taken);
    },
    // Everything of this officer, away. Refuses while anything waits, unless told.
    async wipe({ anyway = false } = {}) {
      const { items, photos, refused } = await store.count();
      const count = items + photos + refused;
      if (!anyway && count) throw new StoreError("StillWaiting", say("还有 %(count)s 条没有办完，先别清。", { count }));
      news.close();
      await database.remove();
    },
    close() {
      news.close();
      database.close();
    },
  };
  return store;
}

/** @param {import("./known.js").Known} known */
const remembered = (known) => ({
  outbox: known.waiting(),
  refused: known.seen("refused", []),
  photos: known.seen("photos", []),
});
