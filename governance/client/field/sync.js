// Sends what waits, when it can, each item once: asks for the newest first, then items, then photos.
//
// makeSync({store, ...}) -> {start(), sendNow(), refresh(), state(), subscribe(fn), reportFull(yes), stop()}
// state(): {name, items, photos, refused, oldest, message, clock, offset, nextAt}; name is one of
// idle, sending, offline, server_down, signed_out, full_disk, clock_wrong.
// Nothing leaves the outbox but by the server's own word on it (store.settle).
import { makeLock } from "./lock.js";
import { afterResults, batches, clockOffset, clockWrong, mendTime, MINUTE, nextDelay, WRONG } from "./outbox.js";
import { makeServer } from "./server.js";
import { say } from "./words.js";

const PATHS = { sync: "/officer/sync", remind: "/officer/remind", held: "/officer/held" };
const UNDIGESTED = ["refused", "strange", "broken"];
const OLD = 10 * MINUTE; // what was taken longer ago is asked for again
const GIVE_UP = 8; // tries of one item on which the server fails, before it is put before its person
const PHOTO_TIMEOUT = 90_000;
const LAST = 24 * 60 * MINUTE;

// Why sending stopped; what waits stays.
class Trouble extends Error {
  constructor(name, message = "", retryAfter = 0) {
    super(message);
    Object.assign(this, { name, retryAfter });
  }
}

export function makeSync({
  store,
  base = "",
  server = null,
  fetch,
  now = Date.now,
  random = Math.random,
  online = () => globalThis.navigator?.onLine !== false,
  steady = () => globalThis.performance.now(),
  lock = null,
  timers = globalThis,
  onOther = () => {},
}) {
  const one = server || makeServer({ base, ...(fetch && { fetch }), now });
  const alone = lock || makeLock(store, { now });
  const heard = new Set();
  let figures = { items: 0, photos: 0, refused: 0, oldest: null };
  let trouble = null; // {name, message}
  let full = false;
  let sending = null;
  let wanted = null; // {force}: somebody has asked for a run that has not begun
  let forced = false;
  let ready = null; // what the first run waits for
  let failures = 0;
  let timer = null;
  let nextAt = null;
  let clock = null; // {offset, skew}: measured in this very page
  let told = null; // the latest moment that the server has told
  let asked = -Infinity; // when the newest was last asked for
  let csrf = null;
  let stopped = false;

  const state = () => ({
    ...figures,
    name: nameNow(),
    message: messageNow(),
    clock: clockWrong(offset()),
    offset: offset(),
    nextAt,
  });
  function nameNow() {
    if (sending && online()) return "sending";
    if (full) return "full_disk";
    if (!online()) return "offline"; // also when the sign-in has expired: nobody can sign in there
    if (trouble) return trouble.name;
    return clockWrong(offset()) ? "clock_wrong" : "idle";
  }
  function messageNow() {
    if (nameNow() === "offline") return "";
    return (
      trouble?.message || (full ? say("手机快存满了：先传走，或者删些照片、视频。已经记的都在。") : clockMessage())
    );
  }
  function tell() {
    for (const fn of heard) fn(state());
  }
  async function count() {
    figures = await store.count();
    tell();
  }

  // --- the clock
  // Not known, when nothing was measured yet or when the phone's clock has been set since.
  const offset = () => (clock && Math.abs(now() - steady() - clock.skew) < WRONG ? clock.offset : null);
  function clockMessage() {
    if (!clockWrong(offset())) return "";
    const minutes = Math.round(Math.abs(offset()) / MINUTE);
    const far =
      minutes >= 2880
        ? say("%(count)s 天", { count: Math.round(minutes / 1440) })
        : minutes >= 120
          ? say("%(count)s 小时", { count: Math.round(minutes / 60) })
          : say("%(count)s 分钟", { count: minutes });
    return offset() > 0
      ? say("手机的时间慢了%(far)s，记的时间已按系统时间改正。请在手机设置里校准时间。", { far })
      : say("手机的时间快了%(far)s，记的时间已按系统时间改正。请在手机设置里校准时间。", { far });
  }
  function measure(answer, said = null) {
    const found = clockOffset(said || answer.date, answer.askedAt, answer.answeredAt);
    if (found === null) return;
    clock = { offset: found, skew: now() - steady() };
    told = Math.round(now() + found);
  }

  // --- asking
  async function ask(path, options) {
    const answer = await one.ask(path, options);
    if (answer.date) measure(answer);
    return answer;
  }
  function stopFor(answer) {
    const { kind, error, retryAfter } = answer;
    if (kind === "signed_out")
      return new Trouble("signed_out", say("登录过期了，请重新登录。没传的都在，登录后接着传。"));
    if (kind === "not_allowed") return new Trouble("signed_out", error.message);
    if (kind === "busy") return new Trouble("server_down", say("系统正忙，过一会儿自动再传。"), retryAfter);
    if (kind === "unreachable" && !online()) return new Trouble("offline");
    return new Trouble("server_down", say("系统没有回应，过一会儿自动再传。没传的都在手机里。"));
  }
  // What was taken under a tag comes again only when it is another.
  async function askUnless(name, path) {
    const tag = name && (await store.get(name));
    return ask(path, { headers: tag ? { "If-None-Match": tag } : {} });
  }
  // What only this page needs of the server; whose sign-in it is, and the token its forms need.
  async function askField(fresh = false) {
    const answer = await askUnless(fresh ? null : "fieldTag", "/officer/field.json");
    if (answer.kind === "unchanged") {
      csrf = csrf || (await store.get("field")).csrf;
      return;
    }
    if (answer.kind !== "ok" || !answer.json.officer) throw stopFor(answer);
    if (answer.json.officer.id !== store.owner) {
      onOther(answer.json.officer);
      throw new Trouble("signed_out", say("现在登录的是别的网格员。您没传的都在，您登录后接着传。"));
    }
    measure(answer, answer.json.server_time);
    csrf = answer.json.csrf;
    await onDisk(() => store.keepField(answer.json, answer.etag));
  }
  async function askPack() {
    const answer = await askUnless("packTag", "/officer/pack.json");
    if (answer.kind === "ok") return onDisk(() => store.keepPack(answer.json, answer.etag));
    if (answer.kind !== "unchanged") throw stopFor(answer);
    return onDisk(() => store.stillNew());
  }
  // What the server says is only for looking: a full disk does not stop the sending.
  async function onDisk(work, eases = true) {
    try {
      await work();
      if (eases) full = false;
    } catch (fault) {
      if (fault.name !== "StoreFull") throw fault;
      full = true;
    }
  }
  async function askNewest() {
    await askField();
    await askPack();
    asked = now();
    await onDisk(() => store.put("told", told), false);
  }
  // A question with the form's token; a stale token is fetched anew, once.
  async function act(path, options) {
    if (!csrf) await askField(true);
    const withToken = () => ask(path, { ...options, headers: { ...options.headers, "X-CSRFToken": csrf } });
    const answer = await withToken();
    if (answer.kind !== "stale") return answer;
    await askField(true);
    return withToken();
  }
  const post = (to, items) =>
    act(PATHS[to], {
      method: "POST",
      body: JSON.stringify({ items }),
      headers: { "Content-Type": "application/json" },
      timeout: 20_000 + items.length * 80,
    });

  // --- sending
  async function sendBatch(to, rows) {
    const frozen = await store.freeze(
      rows.map((row) => row.id),
      (row) => mendTime(row, offset(), now() + (offset() || 0)),
    );
    if (!frozen.length) return;
    const answer = await post(
      to,
      frozen.map((row) => row.item),
    );
    if (answer.kind === "ok" && Array.isArray(answer.json.results)) {
      await settle(frozen, answer.json.results);
    } else if (UNDIGESTED.includes(answer.kind)) {
      // Something in it is not digested. If the door is open at all, find out what, and let the rest through.
      if (!(await isOpen(to))) throw stopFor({ kind: "broken" });
      const tally = { bad: [], passed: 0, most: 4 + Math.ceil(Math.log2(frozen.length + 1)) };
      await divide(to, frozen, answer, tally);
      for (const [row, word] of tally.bad) await setAside(row, word);
    } else {
      throw stopFor(answer);
    }
  }
  async function settle(rows, results) {
    const { settled, left } = afterResults(rows, results);
    await store.settle(settled);
    if (left.length) await store.attempted(left.map((row) => row.id));
    if (!settled.length) throw stopFor({ kind: "broken" });
  }
  async function isOpen(to) {
    const answer = await post(to, []);
    if (answer.kind === "signed_out") throw stopFor(answer);
    return answer.kind === "ok";
  }
  async function divide(to, rows, answer, tally) {
    if (rows.length === 1) {
      tally.bad.push([rows[0], answer]);
      return;
    }
    // When nothing at all comes through, it is not one item's fault: nothing is set aside.
    if (!tally.passed && tally.bad.length >= tally.most) throw stopFor({ kind: "broken" });
    const middle = Math.ceil(rows.length / 2);
    for (const half of [rows.slice(0, middle), rows.slice(middle)]) {
      const word = await post(
        to,
        half.map((row) => row.item),
      );
      if (word.kind === "ok" && Array.isArray(word.json.results)) {
        tally.passed += half.length;
        await settle(half, word.json.results);
      } else if (UNDIGESTED.includes(word.kind)) {
        await divide(to, half, word, tally);
      } else {
        throw stopFor(word);
      }
    }
  }
  // One item alone that the server does not digest: what it refuses is told; what it fails on is tried again later.
  async function setAside(row, answer) {
    const last = answer.kind !== "broken" || row.tries + 1 >= GIVE_UP;
    const message =
      answer.error?.message && answer.kind === "refused"
        ? answer.error.message
        : say("系统处理不了这一条，没有记上。可以交给村委会处理。");
    if (last) await store.settle([{ id: row.id, outcome: "refused", error: { code: "not_digested", message } }]);
    else await store.attempted([row.id], { message: say("系统处理这一条时出了差错，过后再试。") });
  }
  const isDue = (row) => forced || !row.problem || now() - (row.triedAt || 0) >= nextDelay(row.tries, 0);
  async function sendItems(renew) {
    const tried = new Set(); // an item that fails by itself is tried once a run
    const sent = [];
    for (;;) {
      const [next] = batches((await store.outbox()).filter((row) => !tried.has(row.id) && isDue(row)));
      if (!next) return sent;
      for (const row of next.rows) tried.add(row.id);
      await renew();
      await sendBatch(next.to, next.rows);
      sent.push(...next.rows);
      failures = 0;
      await count();
    }
  }
  async function sendPhotos(renew) {
    let broken = 0;
    const photos = (await store.photosWaiting()).filter((photo) => photo.ready && !photo.problem);
    for (const photo of photos.sort((a, b) => a.tries - b.tries || a.addedAt - b.addedAt)) {
      await renew();
      const body = await store.photoBytes(photo.id);
      if (!body) {
        await store.photoFailed(photo.id, { message: say("手机里找不到这张照片了。") });
        continue;
      }
      const answer = await act(`/officer/photos/${photo.id}`, {
        method: "PUT",
        body,
        headers: { "Content-Type": photo.type },
        timeout: PHOTO_TIMEOUT,
      });
      if (answer.kind === "ok") {
        await store.photoSent(photo.id);
        failures = 0;
      } else if (["refused", "not_allowed"].includes(answer.kind)) {
        await store.photoFailed(photo.id, { message: answer.error.message });
      } else {
        await store.photoFailed(photo.id);
        broken += 1;
        if (answer.kind !== "broken" || broken > 1) throw stopFor(answer);
      }
      await count();
    }
    if (broken) throw stopFor({ kind: "broken" });
  }
  async function work(renew) {
    if (forced || now() - asked > OLD || !csrf || offset() === null) await askNewest();
    const sent = await sendItems(renew);
    await sendPhotos(renew);
    // The word on an award tells the household's figures; what an inspection or a reminder has made is asked for.
    if (sent.some((row) => row.item.kind !== "award")) await askNewest();
  }

  // --- running
  async function run() {
    clearTimer();
    if (!forced && !online()) {
      trouble = new Trouble("offline");
      return finish();
    }
    try {
      if (await alone(work)) failures = 0; // else another window is at it
      trouble = null;
    } catch (fault) {
      if (!(fault instanceof Trouble)) {
        full = full || fault.name === "StoreFull";
        trouble = new Trouble("server_down", fault.message);
      } else {
        trouble = fault;
      }
      failures += 1;
    }
    return finish();
  }
  async function finish() {
    await count().catch(() => {});
    const waits = figures.items || figures.photos;
    const later = trouble ? trouble.name !== "signed_out" && (waits || asked === -Infinity) : figures.items;
    if (later && !stopped) schedule(Math.max(nextDelay(trouble ? failures : 6, random()), trouble?.retryAfter || 0));
  }
  function schedule(delay) {
    nextAt = now() + Math.min(delay, LAST);
    timer = timers.setTimeout(() => sendNow(), delay);
  }
  function clearTimer() {
    if (timer !== null) timers.clearTimeout(timer);
    timer = nextAt = null;
  }
  // Send now; who asks while it runs gets another run after it, a person (force) even if that one fails.
  // Resolves when there is nothing more to try.
  function sendNow({ force = false } = {}) {
    wanted = { force: force || !!wanted?.force };
    if (!sending) {
      sending = runs();
      tell();
    }
    return sending;
  }
  async function runs() {
    await ready;
    do {
      forced = wanted.force;
      wanted = null;
      await run();
    } while (wanted && (!trouble || wanted.force) && !stopped);
    sending = wanted = null; // at once: who asks from here on begins another run
    tell();
  }

  return {
    state,
    sendNow,
    // Ask for the newest, and send.
    refresh() {
      asked = -Infinity;
      return sendNow({ force: true });
    },
    // Somebody has signed in: the token is of an earlier sign-in.
    signedIn() {
      csrf = null;
      trouble = null;
      return this.refresh();
    },
    // The phone could not write something down, or can again.
    reportFull(yes) {
      full = yes;
      tell();
    },
    // The moment as the server would say it, as far as this page knows; and what to note beside an item.
    now: () => new Date(now() + (clockWrong(offset()) ? offset() : 0)),
    note: () => ({ offset: clockWrong(offset()) ? offset() : 0, after: told }),
    subscribe(fn) {
      heard.add(fn);
      return () => heard.delete(fn);
    },
    // Send on opening (after `first`), when the network or the person comes back, and by the timer.
    start(scene = globalThis, first = null) {
      scene.addEventListener?.("online", () => sendNow());
      scene.addEventListener?.("offline", () => tell());
      scene.document?.addEventListener("visibilitychange", () => {
        if (scene.document.visibilityState === "visible") sendNow();
      });
      store.subscribe((what) => what === "items" && count().catch(() => {}));
      ready = Promise.allSettled([
        first,
        store.get("told").then((value) => {
          told = told || value || null;
        }),
      ]);
      return sendNow();
    },
    stop() {
      stopped = true;
      clearTimer();
    },
  };
}
