// How often a rule was used for a household, with what this phone recorded; the windows of the server's caps.
const HOURS_8 = 8 * 3600e3;
const two = (number) => String(number).padStart(2, "0");

// The day in the village (China has one time and no summer time) of a moment: a Date, or its text.
export const dayOf = (moment) => new Date(+new Date(moment) + HOURS_8).toISOString().slice(0, 10);

// First and last day a cap of a period counts for something seen on a day.
export function window(period, day) {
  const [year, month] = day.split("-").map(Number);
  if (period === "event") return [day, day];
  if (period === "month") return months(year, month, month);
  if (period === "quarter") return months(year, month - ((month - 1) % 3), month - ((month - 1) % 3) + 2);
  if (period === "year") return [`${year}-01-01`, `${year}-12-31`];
  return ["0000-01-01", "9999-12-31"];
}

const months = (year, first, last) => [
  `${year}-${two(first)}-01`,
  `${year}-${two(last)}-${new Date(Date.UTC(year, last, 0)).getUTCDate()}`,
];

// The uses of a rule in its cap's period around a day: those of the pack, and `own`: items of the same
// household that are not in it yet. A cap is on the act: `codes` tells the code of a rule's id.
export function used(home, rule, day, own = [], codes = {}) {
  if (!rule.cap) return 0;
  const [first, last] = window(rule.cap.period, day);
  const mine = own.filter((item) => item.kind === "award" && (item.rule === rule.id || codes[item.rule] === rule.code));
  const days = [...(home?.uses?.[rule.code] || []), ...mine.map((item) => dayOf(item.seen_at))];
  return days.filter((one) => first <= one && one <= last).length;
}

export const full = (home, rule, day, own, codes) => !!rule.cap && used(home, rule, day, own, codes) >= rule.cap.count;

// What a tap on a rule asks for: remind, note (a deduction says why), points (a range), photo; nothing = one tap.
export function asks(rule, reminds = {}) {
  const minus = rule.points.min < 0;
  if (rule.code in reminds) return ["remind"];
  return [
    rule.points.min !== rule.points.max && "points",
    minus && "note",
    rule.evidence === "photo" && "photo",
  ].filter(Boolean);
}

// The rules an officer records most come first, the others as the rulebook has them.
export function byUse(rules, codes) {
  const rank = new Map(codes.map((code, place) => [code, place]));
  const place = (rule) => rank.get(rule.code) ?? rank.size;
  return [...rules].sort((a, b) => place(a) - place(b));
}

// The officer's short list: most used first, filled up from the rulebook's beginning without deductions.
export const often = (rules, codes, most = 8) =>
  byUse(
    rules.filter((rule) => codes.includes(rule.code) || rule.points.min >= 0),
    codes,
  ).slice(0, most);
