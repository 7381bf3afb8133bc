// What waits, locked with the officer's own password while somebody else may hold the phone.
// PBKDF2-SHA-256 makes the key, AES-GCM locks. Needs a secure page (https).
export const ROUNDS = 310_000;

/** @typedef {import("./rows.js").Luggage} Luggage */
/** @typedef {{salt: Uint8Array<ArrayBuffer>, rounds: number, iv: Uint8Array<ArrayBuffer>, data: ArrayBuffer}} Part what one lock holds */

export const canLock = () => Boolean(globalThis.crypto?.subtle);

/**
 * @param {string} password
 * @param {Uint8Array<ArrayBuffer>} salt
 * @param {number} iterations
 */
async function keyOf(password, salt, iterations) {
  const typed = new TextEncoder().encode(password.normalize("NFC"));
  const raw = await crypto.subtle.importKey("raw", typed, "PBKDF2", false, ["deriveKey"]);
  const way = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(way, raw, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/**
 * Rows as the store exports them -> locked parts, a photo a part.
 * @param {string} password
 * @param {Luggage} luggage
 * @param {number} rounds
 * @returns {Promise<Part[]>}
 */
export async function lockRows(password, { outbox, refused, photos }, rounds = ROUNDS) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const key = await keyOf(password, salt, rounds);
  const lock = async (/** @type {Uint8Array<ArrayBuffer>} */ bytes) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { salt, rounds, iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
  };
  const parts = [await lock(joined({ outbox, refused }))];
  for (const { bytes, ...photo } of photos) parts.push(await lock(joined({ photo }, bytes)));
  return parts;
}

/**
 * What this password opens, and how many parts it does not.
 * @template {Part} P
 * @param {string} password
 * @param {P[]} parts
 */
export async function unlockRows(password, parts) {
  /** @type {Luggage} */
  const rows = { outbox: [], refused: [], photos: [] };
  const opened = [];
  const keys = new Map();
  for (const part of parts) {
    const name = `${part.rounds} ${new Uint8Array(part.salt)}`;
    if (!keys.has(name)) keys.set(name, keyOf(password, part.salt, part.rounds));
    const found = await unlock(part, await keys.get(name));
    if (!found) continue; // another password's
    const { head, rest } = found;
    if (head.photo) rows.photos.push({ ...head.photo, bytes: rest });
    else {
      rows.outbox.push(...head.outbox);
      rows.refused.push(...head.refused);
    }
    opened.push(part);
  }
  return { rows, opened, left: parts.length - opened.length };
}

/**
 * @param {Part} part
 * @param {CryptoKey} key
 */
async function unlock(part, key) {
  try {
    return split(await crypto.subtle.decrypt({ name: "AES-GCM", iv: part.iv }, key, part.data));
  } catch {
    return null;
  }
}

/**
 * A head as JSON and bytes after it, as one piece: four bytes say how long the head is.
 * @param {object} head
 */
function joined(head, rest = new ArrayBuffer(0)) {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const whole = new Uint8Array(4 + text.length + rest.byteLength);
  new DataView(whole.buffer).setUint32(0, text.length);
  whole.set(text, 4);
  whole.set(new Uint8Array(rest), 4 + text.length);
  return whole;
}

/** @param {ArrayBuffer} bytes */
function split(bytes) {
  const length = new DataView(bytes).getUint32(0);
  return { head: JSON.parse(new TextDecoder().decode(bytes.slice(4, 4 + length))), rest: bytes.slice(4 + length) };
}
