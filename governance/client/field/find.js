// Finding a household: by its code, a part of its name, its initials; and reading what was scanned.
// A token: five characters that name the village, twelve random ones (docs/adr/0003).
const TOKEN = /^[2-9a-hjkmnp-z]{17}$/;
const OURS = /^(?:https?:\/\/[^?#]*)?\/([hc])\/([^/?#]+)\/?(?:[?#].*)?$/i;
const TAG = 5;
const DIGITS = "零一二三四五六七八九";

// Full-width letters and digits as a Chinese keyboard types them, numerals in words, no spaces at the ends.
export function plain(text) {
  return (text || "")
    .normalize("NFKC")
    .trim()
    .toLowerCase()
    .replace(/[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]/g, (word, at, all) =>
      // only beside 组 and 号: 王一 stays a name
      /^[组号]/.test(all.slice(at + word.length)) ? String(number(word)) : word,
    );
}

function number(word) {
  const ten = word.indexOf("十");
  if (ten < 0) return DIGITS.indexOf(word);
  return (ten ? DIGITS.indexOf(word[0]) : 1) * 10 + (ten + 1 < word.length ? DIGITS.indexOf(word[ten + 1]) : 0);
}

// {group, number} of a code, {group} of its beginning, null of anything else: 3-17, 3组17, 3组17号, 3 17, 3组.
export function readCode(text) {
  const found = /^(\d{1,3})\s*(?:组|[-—–.,，、/#]|\s)\s*(\d{1,4})?\s*号?$/.exec(plain(text));
  if (!found) return null;
  return found[2] === undefined ? { group: +found[1] } : { group: +found[1], number: +found[2] };
}

// The rows the search looks through; made once for a pack.
export function makeIndex(households, homes = {}) {
  return households.map((household) => {
    const { group = 0, number = 0 } = readCode(household.code) || {};
    return { household, group, number, head: plain(household.head), initials: homes[household.id]?.initials || "" };
  });
}

const byDoor = (a, b) => a.group - b.group || a.number - b.number;

// What was typed finds these households, the likeliest first; nothing typed finds all.
export function search(index, text) {
  const wanted = plain(text);
  const rank = wanted && (ranked(wanted) || named(wanted));
  const found = [];
  for (const row of index) {
    const place = rank ? rank(row) : 1;
    if (place) found.push({ place, row });
  }
  return found.sort((a, b) => a.place - b.place || byDoor(a.row, b.row)).map((one) => one.row.household);
}

function ranked(wanted) {
  const code = readCode(wanted);
  if (code) {
    return (row) =>
      row.group === code.group &&
      (code.number === undefined || row.number === code.number ? 1 : String(row.number).startsWith(code.number) && 2);
  }
  if (!/^\d+号?$/.test(wanted)) return null;
  const digits = wanted.replace("号", "");
  // 17 is number 17 of any group; 317 is also 3组17.
  return (row) =>
    String(row.number) === digits
      ? 1
      : `${row.group}${row.number}` === digits
        ? 2
        : String(row.number).startsWith(digits)
          ? 3
          : `${row.group}${row.number}`.startsWith(digits) && 4;
}

function named(wanted) {
  const letters = /^[a-z]+$/.test(wanted);
  return (row) =>
    row.head === wanted
      ? 1
      : row.head.startsWith(wanted)
        ? 2
        : row.head.includes(wanted)
          ? 3
          : letters &&
            (row.initials === wanted ? 1 : row.initials.startsWith(wanted) ? 2 : row.initials.includes(wanted) && 4);
}

// What a code says: {kind} household (with it), unknown (old, or not in the list), other_village, card, not_ours.
export function readScan(text, households, tag) {
  const said = (text || "").trim();
  const [, way = "h", token = said] = OURS.exec(said) || [];
  const key = token.toLowerCase();
  if (!TOKEN.test(key)) return { kind: "not_ours" };
  const household = households.find((one) => one.door === key);
  if (household) return { kind: "household", household };
  if (way.toLowerCase() === "c") return { kind: "card", token: key };
  return { kind: key.slice(0, TAG) === tag ? "unknown" : "other_village" };
}

// Whose card this is, by the mark the phone took along: the beginning of the token's SHA-256. A phone cannot make a card from it.
export async function homeOfCard(token, homes, subtle = globalThis.crypto?.subtle) {
  if (!subtle) return null; // a plain http address: no digests there
  const bytes = new Uint8Array(await subtle.digest("SHA-256", new TextEncoder().encode(token)));
  const mark = [...bytes.slice(0, 12)].map((one) => one.toString(16).padStart(2, "0")).join("");
  return Object.keys(homes).find((id) => homes[id].card === mark) || null;
}
