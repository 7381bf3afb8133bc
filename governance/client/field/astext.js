// What waits on the phone as a text that a person can read, and the committee can type from.
//
// asText(outbox rows, refused rows, photo rows, {pack, field}) -> text; the last line holds the items themselves.
import { say } from "./words.js";

export function asText(outbox, refused, photos, { pack, field }) {
  const homes = new Map((pack?.households || []).map((one) => [one.id, `${one.code} ${one.head}`]));
  for (const place of field?.places || []) homes.set(place.id, place.name);
  const rules = new Map((pack?.rules || []).map((one) => [one.id, `${one.code} ${one.behaviour}`]));
  const sheets = new Map((pack?.sheets || []).map((one) => [one.id, one.title]));
  const line = ({ item, error, problem }) =>
    [
      item.seen_at,
      homes.get(item.household) || item.household,
      rules.get(item.rule) || sheets.get(item.sheet) || item.rule || item.sheet,
      item.points ?? "",
      (item.findings || []).join(" "),
      item.note || "",
      error?.message || problem?.message || "",
    ].join("\t");
  return [
    `${say("和美积分")} ${field?.village?.name || ""} ${field?.officer?.name || ""}`,
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
