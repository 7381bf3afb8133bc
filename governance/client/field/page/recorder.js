// Writing down what a view records, and having it sent soon after it has been said.
import { newId } from "../ids.js";
import { shrink } from "../photo.js";
import { SOON } from "../store/news.js";
import { say } from "../words/say.js";
import { askToKeep } from "./keeping.js";

// record(item, blobs) resolves when it stands on the phone; rejects with a sentence when it does not.
export function makeRecorder({ store, sync, base }) {
  const sendSoon = makeSendSoon(sync, base);
  return async (item, blobs = []) => {
    const small = await Promise.all(blobs.map(shrink)).catch((fault) => {
      throw new Error(whyNoPhoto(fault));
    });
    const whole = { id: newId(), seen_at: sync.now().toISOString(), ...item };
    if (small.length) whole.photos = small.map(() => newId());
    try {
      await store.record(whole, small, sync.note());
    } catch (fault) {
      if (fault.name === "StoreFull") sync.reportFull(true);
      throw fault;
    }
    sendSoon();
    return whole;
  };
}

const whyNoPhoto = ({ code }) =>
  code === "photo_too_large"
    ? say("照片太大了，最多 16 MB。请把相机的照片尺寸调小些，再拍一张。这一条没有记上。")
    : say("照片打不开，请重新拍一张。这一条没有记上。");

// When it has been said that it is recorded; of many at once, when the last one is.
function makeSendSoon(sync, base) {
  let soon = null;
  return () => {
    clearTimeout(soon);
    soon = setTimeout(() => {
      askToKeep();
      sync.sendNow();
      askBackground(base);
    }, SOON);
  };
}

// Where there is Background Sync, the browser sends when the network comes back, even with the page closed.
let registration = null;
async function askBackground(base) {
  try {
    registration = registration || (await navigator.serviceWorker.getRegistration(`${base}/`));
    await registration.sync.register("hemei-send");
  } catch {
    // not here: the page does it
  }
}
