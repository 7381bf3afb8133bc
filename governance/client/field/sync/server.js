// One question to the server: with a time limit, without the browser's caches, its answer put into one word.

const TIMEOUT = 20_000;
const LONGEST_WAIT = 3_600_000; // milliseconds: whoever says longer is asked again all the same

/**
 * @typedef {"ok" | "unchanged" | "signed_out" | "not_allowed" | "stale" | "busy" | "broken" | "refused" | "strange" | "unreachable"} Kind
 * stale: the form's token; broken: the server failed on this; refused: in its own words; strange: not our server's words
 */
/**
 * @typedef {object} Answer
 * @property {Kind} kind
 * @property {number} status
 * @property {any} json
 * @property {string} text
 * @property {import("../store/rows.js").Refusal | null} error
 * @property {number} askedAt
 * @property {number} answeredAt
 * @property {boolean} [moved] it leads on to another page, which is not followed
 * @property {string | null} [etag]
 * @property {string | null} [date]
 * @property {number} [retryAfter] milliseconds
 */
/** @typedef {{method?: string, body?: BodyInit, headers?: Record<string, string>, timeout?: number}} Question */
/** @typedef {{ask: (path: string, question?: Question) => Promise<Answer>}} Server */

/**
 * @param {{base?: string, fetch?: typeof globalThis.fetch, now?: () => number}} options
 * @returns {Server}
 */
export function makeServer({ base = "", fetch = globalThis.fetch.bind(globalThis), now = Date.now } = {}) {
  return {
    async ask(path, { method = "GET", body, headers = {}, timeout = TIMEOUT } = {}) {
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(), timeout);
      const askedAt = now();
      try {
        const answer = await fetch(base + path, {
          method,
          body,
          headers,
          credentials: "same-origin",
          cache: "no-store",
          redirect: "manual",
          signal: stop.signal,
        });
        return { ...(await read(answer)), askedAt, answeredAt: now() };
      } catch {
        return { kind: "unreachable", status: 0, json: null, text: "", error: null, askedAt, answeredAt: now() };
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** @param {Response} answer */
async function read(answer) {
  const text = answer.status === 304 || !answer.status ? "" : await answer.text();
  const json = parse(text);
  return {
    kind: kindOf(answer.status, json),
    status: answer.status,
    moved: answer.type === "opaqueredirect",
    json,
    text,
    error: json?.error || null,
    etag: answer.headers.get("ETag"),
    date: answer.headers.get("Date"),
    retryAfter: waitOf(answer.headers.get("Retry-After"), answer.headers.get("Date")),
  };
}

/**
 * How long the server asks to wait: it says seconds, or a moment by its own clock.
 * @param {string | null} said
 * @param {string | null} date
 */
export function waitOf(said, date) {
  const seconds = Number(said);
  const wait = Number.isNaN(seconds) ? Date.parse(said || "") - Date.parse(date || "") : seconds * 1000;
  return Math.max(0, Math.min(wait || 0, LONGEST_WAIT));
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * @param {number} status
 * @param {any} json
 * @returns {Kind}
 */
export function kindOf(status, json) {
  if (status === 304) return "unchanged";
  // Somebody else's page with 200 (a hotel's sign-in) is no answer of ours.
  if (status === 200 || status === 201) return json ? "ok" : "unreachable";
  if (status === 401) return "signed_out";
  if (status === 429 || status === 502 || status === 503 || status === 504) return "busy";
  if (status >= 500) return "broken";
  if (!json?.error?.code) return status >= 400 ? "strange" : "unreachable";
  if (status === 403) return "not_allowed";
  return json.error.code === "stale_form" ? "stale" : "refused";
}
