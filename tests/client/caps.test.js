import assert from "node:assert/strict";
import { test } from "node:test";
import { asks, byUse, dayOf, full, often, used, window } from "../../governance/client/field/caps.js";

const rule = (more = {}) => ({
  id: "r1",
  code: "E04",
  points: { min: 5, max: 5 },
  evidence: "none",
  cap: { count: 2, period: "month" },
  ...more,
});
const seen = (day, more = {}) => ({ kind: "award", rule: "r1", seen_at: `${day}T09:00:00+08:00`, ...more });

test("the windows are those of the server's caps", () => {
  assert.deepEqual(window("event", "2026-11-20"), ["2026-11-20", "2026-11-20"]);
  assert.deepEqual(window("month", "2026-02-03"), ["2026-02-01", "2026-02-28"]);
  assert.deepEqual(window("month", "2028-02-29"), ["2028-02-01", "2028-02-29"]);
  assert.deepEqual(window("quarter", "2026-05-31"), ["2026-04-01", "2026-06-30"]);
  assert.deepEqual(window("quarter", "2026-12-31"), ["2026-10-01", "2026-12-31"]);
  assert.deepEqual(window("year", "2026-05-31"), ["2026-01-01", "2026-12-31"]);
  assert.deepEqual(window("once", "2026-05-31"), ["0000-01-01", "9999-12-31"]);
});

test("a day is the village's day, wherever the phone's clock thinks it is", () => {
  assert.equal(dayOf("2026-11-30T23:30:00+08:00"), "2026-11-30");
  assert.equal(dayOf("2026-11-30T16:30:00Z"), "2026-12-01");
  assert.equal(dayOf(new Date("2026-11-30T15:59:59Z")), "2026-11-30");
});

test("uses of the pack and of the outbox count together", () => {
  const home = { uses: { E04: ["2026-11-03", "2026-10-30"] } };
  assert.equal(used(home, rule(), "2026-11-20"), 1);
  assert.equal(used(home, rule(), "2026-11-20", [seen("2026-11-19")]), 2);
  assert.equal(full(home, rule(), "2026-11-20", [seen("2026-11-19")]), true);
  assert.equal(full(home, rule(), "2026-12-01", [seen("2026-11-19")]), false);
});

test("another rule, an inspection and another month do not count", () => {
  const own = [
    seen("2026-11-19", { rule: "r2" }),
    { kind: "inspection", rule: "r1", seen_at: "2026-11-19T09:00:00+08:00" },
    seen("2026-10-19"),
  ];
  assert.equal(used({}, rule(), "2026-11-20", own), 0);
});

test("an older version of the rule counts, because a cap is on the act", () => {
  assert.equal(used({}, rule(), "2026-11-20", [seen("2026-11-19", { rule: "old" })], { old: "E04" }), 1);
});

test("a rule without a cap is never full, a household without figures has no uses", () => {
  assert.equal(full({ uses: { E04: Array(9).fill("2026-11-20") } }, rule({ cap: null }), "2026-11-20"), false);
  assert.equal(used(undefined, rule(), "2026-11-20"), 0);
});

test("only a fixed plus without a photo is one tap", () => {
  assert.deepEqual(asks(rule()), []);
  assert.deepEqual(asks(rule({ points: { min: 2, max: 5 } })), ["points"]);
  assert.deepEqual(asks(rule({ points: { min: -5, max: -5 } })), ["note"]);
  assert.deepEqual(asks(rule({ points: { min: -5, max: -2 }, evidence: "photo" })), ["points", "note", "photo"]);
  assert.deepEqual(asks(rule({ evidence: "签到表" })), []);
  assert.deepEqual(asks(rule({ points: { min: -5, max: -5 } }), { E04: 7 }), ["remind"]);
});

test("the short list begins with the most used and leaves out deductions that are not", () => {
  const rules = ["A", "B", "C", "D"].map((code) =>
    rule({ code, points: code === "C" || code === "D" ? { min: -1, max: -1 } : { min: 1, max: 1 } }),
  );
  assert.deepEqual(
    often(rules, ["D", "B"]).map((one) => one.code),
    ["D", "B", "A"],
  );
  assert.deepEqual(
    often(rules, [], 1).map((one) => one.code),
    ["A"],
  );
});

test("within a category the most used come first, the others as the rulebook has them", () => {
  const rules = ["A", "B", "C", "D"].map((code) => rule({ code }));
  assert.deepEqual(
    byUse(rules, ["D", "B"]).map((one) => one.code),
    ["D", "B", "A", "C"],
  );
});
