// What is decided about the outbox, apart from storing and sending it: batches, waiting times, results, clocks. Pure.
export const MOST = 500; // items in one sync: the contract
export const MINUTE = 60_000;
export const WRONG = 10 * MINUTE; // a clock further off than this is wrong
const FIRST_DELAY = 3000;
const LONGEST_DELAY = 5 * MINUTE;

// The oldest first, at most `most` together, one door a batch; what failed by itself before comes last, alone.
export function batches(rows, most = MOST) {
  const found = [];
  const open = {};
  for (const row of rows.filter((one) => !one.problem)) {
    if (!open[row.to] || open[row.to].rows.length >= most) {
      open[row.to] = { to: row.to, rows: [] };
      found.push(open[row.to]);
    }
    open[row.to].rows.push(row);
  }
  const alone = rows.filter((one) => one.problem).sort((a, b) => a.tries - b.tries);
  return [...found, ...alone.map((row) => ({ to: row.to, rows: [row] }))];
}

// How long to wait after `tries` failures in a row: doubling, with jitter, so that a village does not knock at once.
export function nextDelay(tries, random = Math.random()) {
  return Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(tries, 20)) * (0.5 + random / 2);
}

// The server's results beside what was sent: by place when both are as long, else by id.
// {settled: results with our ids, left: rows without a word}
export function afterResults(rows, results) {
  const same = (row, result) => result && (result.id === null || result.id === undefined || isSame(row.id, result.id));
  const inOrder = results.length === rows.length && rows.every((row, at) => same(row, results[at]));
  const settled = [];
  const left = [];
  for (const [at, row] of rows.entries()) {
    const result = inOrder ? results[at] : results.find((one) => one && one.id && isSame(row.id, one.id));
    if (result && OUTCOMES.includes(result.outcome)) settled.push({ ...result, id: row.id });
    else left.push(row);
  }
  return { settled, left };
}
const OUTCOMES = ["recorded", "already", "held", "refused"];
const isSame = (ours, theirs) => String(ours).toLowerCase() === String(theirs).toLowerCase();

// How far the server's clock is ahead of the phone's, measured by one answer; null when it says too little.
export function clockOffset(server, askedAt, answeredAt) {
  // Two layers may each have written a Date: the browser joins them with a comma.
  const [date = ""] = /^\w{3}, [^,]+/.exec(server || "") || [server];
  const time = typeof server === "number" ? server : Date.parse(date || "");
  if (Number.isNaN(time) || answeredAt - askedAt > MINUTE || answeredAt < askedAt) return null;
  return time - (askedAt + answeredAt) / 2;
}

export const clockWrong = (offset) => offset !== null && Math.abs(offset) > WRONG;

// An item whose moment cannot be right, with the moment it must have been; null when nothing needs mending.
// `row.offset` was added when it was recorded; `row.after` is the latest that the server had told by then.
export function mendTime(row, offset, serverNow) {
  if (offset === null) return null;
  const told = Date.parse(row.item.seen_at);
  if (Number.isNaN(told)) return null;
  let seen = told;
  if (Math.abs(offset - (row.offset || 0)) > WRONG) seen += offset - (row.offset || 0);
  if (row.after && seen < row.after - WRONG) seen = row.after; // the clock was put right in between
  if (seen > serverNow + MINUTE) seen = serverNow;
  return seen === told ? null : { ...row.item, seen_at: new Date(seen).toISOString() };
}
