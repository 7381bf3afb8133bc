// What waits on the phone as a text that a person can read, and the committee can type from.
import { say } from "../words/say.js";

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {{id: string, code: string, head: string}} Household */
/** @typedef {{id: string, code: string, behaviour: string}} Rule */
/** @typedef {{id: string, title: string}} Checklist */
/** @typedef {{id: string, name: string}} Place */

/**
 * The last line holds the items themselves.
 * @param {Row[]} outbox
 * @param {Row[]} refused
 * @param {object[]} photos
 * @param {Pick<import("./rows.js").Taken, "pack" | "field">} taken
 */
export function asText(outbox, refused, photos, { pack, field: extras }) {
  const line = lineWriter(pack, extras);
  return [
    `${say("和美积分")} ${extras?.village?.name || ""} ${extras?.officer?.name || ""}`,
    say("没有传上去的：%(count)s 条；照片 %(photos)s 张不在这份文字里。", {
      count: outbox.length,
      photos: photos.length,
    }),
    ...outbox.map(line),
    ...(refused.length ? [say("没办成的：%(count)s 条。", { count: refused.length }), ...refused.map(line)] : []),
    "",
    JSON.stringify({ outbox: outbox.map((row) => row.item), refused: refused.map((row) => row.item) }),
  ].join("\n");
}

/**
 * A row as a line: moment, whose, what, points, findings, note, reason.
 * @param {{households?: Household[], rules?: Rule[], sheets?: Checklist[]} | null} pack
 * @param {{places?: Place[]} | null} extras
 * @returns {(row: Row) => string}
 */
function lineWriter(pack, extras) {
  const homes = new Map((pack?.households || []).map((one) => [one.id, `${one.code} ${one.head}`]));
  for (const place of extras?.places || []) homes.set(place.id, place.name);
  const whats = new Map((pack?.rules || []).map((one) => [one.id, `${one.code} ${one.behaviour}`]));
  for (const checklist of pack?.sheets || []) whats.set(checklist.id, checklist.title);
  return ({ item, error, problem }) => {
    const what = item.rule || item.sheet || "";
    return [
      item.seen_at,
      homes.get(item.household) || item.household,
      whats.get(what) || what,
      item.points ?? "",
      (item.findings || []).join(" "),
      item.note || "",
      error?.message || problem?.message || "",
    ].join("\t");
  };
}
