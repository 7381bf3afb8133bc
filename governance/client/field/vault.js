// What waits, locked with the officer's own password while somebody else may hold the phone.
// PBKDF2-SHA-256 makes the key, AES-GCM locks; a part is {salt, rounds, iv, data}. Needs a secure page (https).
export const ROUNDS = 310_000;

export const canLock = () => Boolean(globalThis.crypto?.subtle);

async function keyOf(password, salt, rounds) {
  const raw = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(password.normalize("NFC")),
    "PBKDF2",
    false,
    ["deriveKey"],
  );
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds },
    raw,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

// Rows as the store exports them -> locked parts, a photo a part.
export async function lockRows(password, { outbox, refused, photos }, rounds = ROUNDS) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const key = await keyOf(password, salt, rounds);
  const lock = async (bytes) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { salt, rounds, iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
  };
  const parts = [await lock(joined({ outbox, refused }))];
  for (const { bytes, ...photo } of photos) parts.push(await lock(joined({ photo }, bytes)));
  return parts;
}

// Locked parts -> {rows, opened, left}: what this password opens, and how many parts it does not.
export async function unlockRows(password, parts) {
  const keys = new Map();
  const rows = { outbox: [], refused: [], photos: [] };
  const opened = [];
  for (const part of parts) {
    const name = `${part.rounds} ${new Uint8Array(part.salt)}`;
    if (!keys.has(name)) keys.set(name, keyOf(password, part.salt, part.rounds));
    try {
      const bytes = await crypto.subtle.decrypt({ name: "AES-GCM", iv: part.iv }, await keys.get(name), part.data);
      const { head, rest } = split(bytes);
      if (head.photo) rows.photos.push({ ...head.photo, bytes: rest });
      else for (const list of ["outbox", "refused"]) rows[list].push(...head[list]);
      opened.push(part);
    } catch {
      // another password's
    }
  }
  return { rows, opened, left: parts.length - opened.length };
}

// A head as JSON and bytes after it, as one piece: four bytes say how long the head is.
function joined(head, rest = new ArrayBuffer(0)) {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const whole = new Uint8Array(4 + text.length + rest.byteLength);
  new DataView(whole.buffer).setUint32(0, text.length);
  whole.set(text, 4);
  whole.set(new Uint8Array(rest), 4 + text.length);
  return whole;
}

function split(bytes) {
  const length = new DataView(bytes).getUint32(0);
  return { head: JSON.parse(new TextDecoder().decode(bytes.slice(4, 4 + length))), rest: bytes.slice(4 + length) };
}
