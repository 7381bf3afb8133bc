// The database of one officer on this phone: opened, read, written in whole transactions, and let go.
import { deleteDB, openDB } from "idb";
import { say } from "../words/say.js";

const VERSION = 1;

/** @typedef {import("idb").IDBPDatabase} Connection */
/** @typedef {import("idb").IDBPTransaction<unknown, string[], "readwrite">} Writing */
/**
 * @typedef {object} Database
 * @property {<T>(work: (db: Connection) => Promise<T>) => Promise<T>} read
 * @property {<T>(names: string[], work: (tx: Writing) => Promise<T>, durability?: IDBTransactionDurability) => Promise<T>} within
 * @property {() => void} close
 * @property {() => Promise<void>} remove
 */

// The phone could not write it down; `message` may be shown as it is.
export class StoreError extends Error {
  /**
   * @param {string} name
   * @param {string} message
   */
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

/** @param {string} owner */
export const nameOf = (owner) => `hemei-field-${owner}`;

/** @param {Connection} db */
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

/**
 * Open the officer's database; `onGone` is called when another window takes it away.
 * @param {string} owner
 * @param {() => void} onGone
 * @returns {Promise<Database>}
 */
export async function openDatabase(owner, onGone) {
  let gone = false;
  /** @type {Promise<Connection> | null} */
  let connection = null;
  const open = () =>
    openDB(nameOf(owner), VERSION, {
      upgrade,
      // A newer page, or a sign-out in another window, needs the database: let it go.
      blocking: (_old, _new, event) => {
        /** @type {IDBDatabase} */ (event.target).close();
        connection = null;
        if (gone) return;
        gone = true;
        onGone();
      },
      terminated: () => {
        connection = null;
      },
    });
  function connected() {
    if (gone) throw new StoreError("StoreGone", say("这一页已经换新或退出了，请重新打开再记。"));
    connection = connection || open();
    return connection;
  }
  function close() {
    gone = true;
    connection?.then((db) => db.close());
    connection = null;
  }
  await connected();
  return {
    close,
    read: async (work) => work(await connected()),
    within: async (names, work, durability = "relaxed") => transact(await connected(), names, work, durability),
    async remove() {
      close();
      await deleteDB(nameOf(owner));
    },
  };
}

/**
 * One transaction: all of it or nothing; `strict` waits until it stands on the disk.
 * @template T
 * @param {Connection} db
 * @param {string[]} names
 * @param {(tx: Writing) => Promise<T>} work
 * @param {IDBTransactionDurability} durability
 */
async function transact(db, names, work, durability) {
  try {
    const tx = db.transaction(names, "readwrite", { durability });
    try {
      const [result] = await Promise.all([work(tx), tx.done]);
      return result;
    } catch (fault) {
      abort(tx);
      throw tx.error || fault;
    }
  } catch (fault) {
    throw readable(fault);
  }
}

/** @param {Writing} tx */
function abort(tx) {
  try {
    tx.abort();
  } catch {
    // it has ended
  }
  tx.done.catch(() => {});
}

/**
 * A fault of the database as a sentence.
 * @param {any} fault
 */
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
