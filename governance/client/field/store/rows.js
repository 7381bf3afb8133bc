// What the rows on the phone look like, said once for whoever reads or writes them. Names and values are
// the contract of version 0.1.0: a phone that an older page filled is read by every later one.

/**
 * What was recorded, as the server takes it: an award, an inspection or a reminder.
 * @typedef {object} Item
 * @property {string} id made on the phone, once
 * @property {string} seen_at the moment it was seen (ISO 8601)
 * @property {string} household
 * @property {string} [kind] award, inspection; a reminder that is sent has none
 * @property {string} [rule]
 * @property {string} [sheet] the checklist of an inspection
 * @property {string[]} [findings]
 * @property {boolean} [consent]
 * @property {number} [points]
 * @property {string} [note]
 * @property {string[]} [photos] ids of its photos
 * @property {string} [why] what refused it, when the committee is asked to decide
 */

/** @typedef {"sync" | "remind" | "held"} Door where an item goes: the sync, the reminders, what is handed to the committee */
/** @typedef {{code: string, message: string}} Refusal the server's word and its sentence */
/** @typedef {{message: string}} Problem what is told beside an item that could not be sent yet */

/**
 * An item in the outbox.
 * @typedef {object} Row
 * @property {string} id
 * @property {Item} item
 * @property {Door} to
 * @property {number} addedAt milliseconds, by the phone's clock
 * @property {number} tries
 * @property {number} [seq] its place in the outbox: the oldest first
 * @property {boolean} [frozen] it was tried to be sent: the server may know it, nothing of it changes
 * @property {Problem | null} [problem]
 * @property {number} [triedAt]
 * @property {number} [offset] how far the server's clock was ahead when it was recorded
 * @property {number | null} [after] the latest moment that the server had told by then
 * @property {Refusal} [error] what had refused it before
 */

/** @typedef {Row & {error: Refusal, refusedAt: number}} RefusedRow */

/**
 * What is over: arrived, or put aside.
 * @typedef {Row & {settledAt: number, result?: Result, dropped?: boolean}} DoneRow
 */

/**
 * The server's word on one item.
 * @typedef {object} Result
 * @property {string} id
 * @property {"recorded" | "already" | "held" | "refused"} outcome
 * @property {Refusal} [error]
 * @property {number} [points]
 * @property {number} [standing]
 * @property {number} [spendable]
 */

/**
 * A photo that has not arrived; its bytes lie apart.
 * @typedef {object} PhotoRow
 * @property {string} id
 * @property {string} itemId
 * @property {string} type
 * @property {number} size
 * @property {number} addedAt
 * @property {number} tries
 * @property {boolean} ready its item has arrived: it may go
 * @property {Problem | null} [problem]
 */

/** @typedef {PhotoRow & {bytes: ArrayBuffer}} WholePhoto */
/** @typedef {{outbox: Row[], refused: RefusedRow[], photos: WholePhoto[]}} Luggage everything that has not arrived */
/** @typedef {{items: number, photos: number, refused: number, oldest: number | null}} Figures how much waits, since when */

/**
 * What was taken from the server for looking: the pack, the extras, their tags, and when.
 * @typedef {object} Taken
 * @property {any} pack
 * @property {string | null} packTag
 * @property {any} field the extras of this page
 * @property {string | null} fieldTag
 * @property {number | null} takenAt
 */

/**
 * The door of what is handed in to the committee, by the name it was born with.
 * @type {Door}
 */
export const HANDED_IN = "held";

/** @param {Pick<Row, "to">} row */
export const isHandedIn = (row) => row.to === HANDED_IN;
