// Asking the server: for the newest it has, and with the token that its forms need.
import { say } from "../words/say.js";
import { MINUTE } from "./clock.js";
import { Trouble, troubleOf } from "./trouble.js";

const PATHS = { sync: "/officer/sync", remind: "/officer/remind", held: "/officer/held" };
const OLD = 10 * MINUTE; // what was taken longer ago is asked for again

/** @typedef {import("./server.js").Answer} Answer */
/** @typedef {import("./server.js").Question} Question */
/** @typedef {{csrf: string | null}} Token of this sign-in, for the forms */
/** @typedef {{full: boolean}} Disk whether the phone could not write something down */
/** @typedef {ReturnType<typeof makeAsking>} Asking */
/**
 * @typedef {object} Means what asking needs
 * @property {import("../store/store.js").Store} store
 * @property {import("./server.js").Server} server
 * @property {import("./clock.js").Clock} clock
 * @property {Disk} disk
 * @property {() => number} now
 * @property {() => boolean} online
 * @property {(officer: {id: string}) => void} onOther somebody else has signed in on this phone
 */

/** @param {Means} means */
export function makeAsking(means) {
  const { store, server, clock, disk, now, online } = means;
  let asked = Number.NEGATIVE_INFINITY; // when the newest was last asked for
  /** @type {Token} */
  const token = { csrf: null };

  const stopFor = (/** @type {Pick<Answer, "kind" | "error" | "retryAfter">} */ answer) => troubleOf(answer, online());
  /** @param {string} path @param {Question} question */
  async function ask(path, question) {
    const answer = await server.ask(path, question);
    if (answer.date) clock.measure(answer);
    return answer;
  }
  const askExtras = (fresh = false) => takeExtras(means, ask, token, stopFor, fresh);
  return {
    stopFor,
    // A question with the form's token; a stale token is fetched anew, once.
    async act(/** @type {string} */ path, /** @type {Question} */ question) {
      if (!token.csrf) await askExtras(true);
      const withToken = () =>
        ask(path, { ...question, headers: { ...question.headers, "X-CSRFToken": token.csrf || "" } });
      const answer = await withToken();
      if (answer.kind !== "stale") return answer;
      await askExtras(true);
      return withToken();
    },
    async askNewest() {
      await askExtras();
      await takePack(means, ask, stopFor);
      asked = now();
      await onDisk(disk, () => store.put("told", clock.told()), false);
    },
    isOld: () => now() - asked > OLD || !token.csrf,
    never: () => asked === Number.NEGATIVE_INFINITY,
    // The newest is asked for before the next items go.
    forgetAge() {
      asked = Number.NEGATIVE_INFINITY;
    },
    // The token is of an earlier sign-in.
    forgetToken() {
      token.csrf = null;
    },
  };
}

/**
 * Items to their door.
 * @param {Asking} asking
 * @param {import("../store/rows.js").Door} to
 * @param {import("../store/rows.js").Item[]} items
 */
export const post = (asking, to, items) =>
  asking.act(PATHS[to], {
    method: "POST",
    body: JSON.stringify({ items }),
    headers: { "Content-Type": "application/json" },
    timeout: 20_000 + items.length * 80,
  });

/** @typedef {(path: string, question: Question) => Promise<Answer>} Ask */

/**
 * What was taken under a tag comes again only when it is another.
 * @param {Means} means
 * @param {Ask} ask
 * @param {string | null} name
 * @param {string} path
 */
async function askUnless({ store }, ask, name, path) {
  const tag = name && (await store.get(name));
  return ask(path, { headers: tag ? { "If-None-Match": tag } : {} });
}

/**
 * What only this page needs of the server; whose sign-in it is, and the token its forms need.
 * @param {Means} means
 * @param {Ask} ask
 * @param {Token} token
 * @param {(answer: Answer) => Trouble} stopFor
 * @param {boolean} fresh
 */
async function takeExtras(means, ask, token, stopFor, fresh) {
  const { store, clock, disk, onOther } = means;
  const answer = await askUnless(means, ask, fresh ? null : "fieldTag", "/officer/field.json");
  if (answer.kind === "unchanged") {
    token.csrf = token.csrf || (await store.get("field")).csrf;
    return;
  }
  if (answer.kind !== "ok" || !answer.json.officer) throw stopFor(answer);
  if (answer.json.officer.id !== store.owner) {
    onOther(answer.json.officer);
    throw new Trouble("signed_out", say("现在登录的是别的网格员。您没传的都在，您登录后接着传。"));
  }
  clock.measure(answer, answer.json.server_time);
  token.csrf = answer.json.csrf;
  await onDisk(disk, () => store.keepExtras(answer.json, answer.etag ?? null));
}

/**
 * @param {Means} means
 * @param {Ask} ask
 * @param {(answer: Answer) => Trouble} stopFor
 */
async function takePack(means, ask, stopFor) {
  const { store, disk } = means;
  const answer = await askUnless(means, ask, "packTag", "/officer/pack.json");
  if (answer.kind === "ok") return onDisk(disk, () => store.keepPack(answer.json, answer.etag ?? null));
  if (answer.kind !== "unchanged") throw stopFor(answer);
  return onDisk(disk, () => store.stillNew());
}

/**
 * What the server says is only for looking: a full disk does not stop the sending.
 * @param {Disk} disk
 * @param {() => Promise<unknown>} work
 * @param {boolean} eases whether it says, when it is written, that the disk has room again
 */
async function onDisk(disk, work, eases = true) {
  try {
    await work();
    if (eases) disk.full = false;
  } catch (fault) {
    if (!(fault instanceof Error) || fault.name !== "StoreFull") throw fault;
    disk.full = true;
  }
}
