// The database of one officer on this phone: opened, read, written in whole transactions, and let go.
import { deleteDB, openDB } from "idb";
import { say } from "../words/say.js";
import { isLost, makeConnection } from "./connection.js";

const VERSION = 1;

/** @typedef {import("./connection.js").Connection} Connection */
/** @typedef {import("idb").IDBPTransaction<unknown, string[], "readwrite">} Writing */
/**
 * What is done in a transaction; `again`: a first try was cut off, and may have come through.
 * @template T
 * @typedef {(tx: Writing, again: boolean) => Promise<T>} Work
 */
/**
 * @typedef {object} Database
 * @property {<T>(work: (db: Connection) => Promise<T>) => Promise<T>} read
 * @property {<T>(names: string[], work: Work<T>, durability?: IDBTransactionDurability) => Promise<T>} within
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
 * Open the officer's database; `onGone` is called when another window takes it away, `onHealth` with what the
 * phone's storage suffers from, or null when it is well.
 * @param {string} owner
 * @param {() => void} onGone
 * @param {(fault: StoreError | null) => void} [onHealth]
 * @returns {Promise<Database>}
 */
export async function openDatabase(owner, onGone, onHealth = () => {}) {
  let gone = false;
  const connection = makeConnection(async () => {
    if (gone) throw new StoreError("StoreGone", say("这一页已经换新或退出了，请重新打开再记。"));
    return openDB(nameOf(owner), VERSION, {
      upgrade,
      // A newer page, or a sign-out in another window, needs the database: let it go.
      blocking: (_old, _new, event) => {
        /** @type {IDBDatabase} */ (event.target).close();
        connection.forget();
        if (gone) return;
        gone = true;
        onGone();
      },
      terminated: () => connection.forget(),
    });
  });
  /**
   * @template T
   * @param {(db: Connection, again: boolean) => Promise<T>} work
   * @param {(fault: any) => any} told
   */
  async function using(work, told) {
    try {
      const result = await connection.using(work);
      onHealth(null);
      return result;
    } catch (fault) {
      if (isLost(fault)) onHealth(unread());
      throw told(fault);
    }
  }
  function close() {
    gone = true;
    connection.forget();
  }
  await using(
    async () => {},
    (fault) => fault,
  );
  return {
    close,
    read: (work) => using(work, (fault) => (isLost(fault) ? unread() : fault)),
    within: (names, work, durability = "relaxed") =>
      using((db, again) => transact(db, names, (tx) => work(tx, again), durability), readable),
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
  const tx = db.transaction(names, "readwrite", { durability });
  try {
    const [result] = await Promise.all([work(tx), tx.done]);
    return result;
  } catch (fault) {
    abort(tx);
    throw tx.error || fault;
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

const unread = () =>
  new StoreError("StoreLost", say("手机里存的东西一时打不开。请关掉这一页，重新打开；没传完以前不要清除浏览器数据。"));

/**
 * A fault of writing as a sentence.
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
  if (isLost(fault)) {
    return new StoreError("StoreLost", say("手机的存储断开了，这一条没有记上。请关掉这一页，重新打开再记。"));
  }
  return new StoreError(fault?.name || "StoreError", say("手机没有存下来，这一条没有记上，请再记一次。"));
}
