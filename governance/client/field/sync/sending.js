// Sending what waits, each item once: the items, batch by batch; then the photos of those that have arrived.
import { say } from "../words/say.js";
import { sendBatch } from "./batch.js";
import { batches, nextDelay } from "./outbox.js";

const PHOTO_TIMEOUT = 90_000;
const SLOWEST = 16; // bytes a millisecond: what a weak signal still carries
const timeFor = (/** @type {PhotoRow} */ photo) => PHOTO_TIMEOUT + Math.ceil(photo.size / SLOWEST);

/** @typedef {import("../store/rows.js").Row} Row */
/** @typedef {import("../store/rows.js").PhotoRow} PhotoRow */
/** @typedef {import("./lock.js").Renew} Renew */
/**
 * @typedef {import("./batch.js").Means & {now: () => number, passed: () => void, count: () => Promise<void>}} Means
 * passed: something came through; count: how much waits is another number now
 */

/**
 * Send the items that are due; a person who asks (`forced`) does not wait for what failed by itself before.
 * @param {Means} means
 * @param {Renew} renew
 * @param {boolean} forced
 * @returns {Promise<Row[]>} what was sent
 */
export async function sendItems(means, renew, forced) {
  const { store, now, passed, count } = means;
  const isDue = (/** @type {Row} */ row) =>
    forced || !row.problem || now() - (row.triedAt || 0) >= nextDelay(row.tries, 0);
  const tried = new Set(); // an item that fails by itself is tried once a run
  const sent = [];
  for (;;) {
    const [next] = batches((await store.outbox()).filter((row) => !tried.has(row.id) && isDue(row)));
    if (!next) return sent;
    for (const row of next.rows) tried.add(row.id);
    await renew();
    await sendBatch(means, next.to, next.rows);
    sent.push(...next.rows);
    passed();
    await count();
  }
}

/**
 * @param {Means} means
 * @param {Renew} renew
 */
export async function sendPhotos(means, renew) {
  const { store, asking, count } = means;
  let broken = 0;
  const photos = (await store.photosWaiting()).filter((photo) => photo.ready && !photo.problem);
  for (const photo of photos.sort((a, b) => a.tries - b.tries || a.addedAt - b.addedAt)) {
    await renew(timeFor(photo));
    const answer = await sendPhoto(means, photo);
    if (answer) {
      broken += 1;
      if (answer.kind !== "broken" || broken > 1) throw asking.stopFor(answer);
    }
    await count();
  }
  if (broken) throw asking.stopFor({ kind: "broken", error: null });
}

/**
 * One photo; the answer when it is to be sent again, nothing when it is settled.
 * @param {Means} means
 * @param {PhotoRow} photo
 */
async function sendPhoto({ store, asking, passed }, photo) {
  const body = await store.photoBytes(photo.id);
  if (!body) {
    await store.photoFailed(photo.id, { message: say("手机里找不到这张照片了。") });
    return null;
  }
  const headers = { "Content-Type": photo.type };
  const answer = await asking.act(`/officer/photos/${photo.id}`, {
    method: "PUT",
    body,
    headers,
    timeout: timeFor(photo),
  });
  if (answer.kind === "ok") {
    await store.photoSent(photo.id);
    passed();
    return null;
  }
  const message = whyRefused(answer);
  await store.photoFailed(photo.id, message ? { message } : null);
  return message ? null : answer;
}

/**
 * Why this photo will not be taken, or nothing when it is to be sent again.
 * @param {import("./server.js").Answer} answer
 */
function whyRefused({ status, kind, error }) {
  // A layer before the service may have a limit of its own, and no words of ours.
  if (status === 413) return say("照片太大了，系统不收。请把相机的照片尺寸调小些，重新拍一张。");
  return ["refused", "not_allowed"].includes(kind) ? error?.message : "";
}
