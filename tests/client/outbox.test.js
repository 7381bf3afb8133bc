import assert from "node:assert/strict";
import { test } from "node:test";
import {
  afterResults,
  batches,
  clockOffset,
  clockWrong,
  mendTime,
  MINUTE,
  nextDelay,
} from "../../governance/client/field/outbox.js";
import { itemOf, T0 } from "./fake.js";

const row = (id, more = {}) => ({ id, to: "sync", tries: 0, item: itemOf(id), ...more });
const many = (count) => Array.from({ length: count }, (_, at) => row(`i${at}`));

test("batches are of 500 at most, the oldest first", () => {
  const made = batches(many(1203));
  assert.deepEqual(
    made.map((one) => one.rows.length),
    [500, 500, 203],
  );
  assert.equal(made[0].rows[0].id, "i0");
  assert.equal(made[2].rows[202].id, "i1202");
});

test("a batch goes to one door", () => {
  const made = batches([row("a"), row("b", { to: "remind" }), row("c"), row("d", { to: "held" })]);
  assert.deepEqual(
    made.map(({ to, rows }) => [to, rows.map((one) => one.id).join()]),
    [
      ["sync", "a,c"],
      ["remind", "b"],
      ["held", "d"],
    ],
  );
});

test("what failed by itself comes last and alone, the least tried first", () => {
  const made = batches([
    row("a", { problem: { message: "x" }, tries: 3 }),
    row("b"),
    row("c", { problem: { message: "x" }, tries: 1 }),
  ]);
  assert.deepEqual(
    made.map(({ rows }) => rows.map((one) => one.id).join()),
    ["b", "c", "a"],
  );
});

test("the waiting time doubles up to five minutes, between half and all of it", () => {
  assert.equal(nextDelay(0, 1), 3000);
  assert.equal(nextDelay(0, 0), 1500);
  assert.equal(nextDelay(3, 1), 24_000);
  assert.equal(nextDelay(400, 1), 5 * MINUTE);
});

test("results are read by their place, by their id when some are missing, and unknown words settle nothing", () => {
  const rows = [row("a"), row("b"), row("c")];
  const told = (id, outcome = "recorded") => ({ id, outcome });
  assert.deepEqual(
    afterResults(rows, [told("A"), told(null, "refused"), told("c", "already")]).settled.map((one) => [
      one.id,
      one.outcome,
    ]),
    [
      ["a", "recorded"],
      ["b", "refused"],
      ["c", "already"],
    ],
  );
  const short = afterResults(rows, [told("c"), told("z")]);
  assert.deepEqual(
    short.settled.map((one) => one.id),
    ["c"],
  );
  assert.deepEqual(
    short.left.map((one) => one.id),
    ["a", "b"],
  );
  assert.deepEqual(
    afterResults(rows, [told("a", "maybe"), told("b"), told("c")]).left.map((one) => one.id),
    ["a"],
  );
  assert.equal(afterResults(rows, []).left.length, 3);
  // the same number, but another order: each result keeps to its own item
  assert.deepEqual(
    afterResults(rows, [told("b", "refused"), told("a"), told("c")]).settled.map((one) => [one.id, one.outcome]),
    [
      ["a", "recorded"],
      ["b", "refused"],
      ["c", "recorded"],
    ],
  );
});

test("the clock is measured in the middle of the answer's way, and not by an answer that took long", () => {
  assert.equal(clockOffset(T0 + 5000, T0, T0 + 2000), 4000);
  assert.equal(clockOffset(new Date(T0).toUTCString(), T0, T0), 0);
  assert.equal(clockOffset("Fri, 20 Nov 2026 08:00:07 GMT, Fri, 20 Nov 2026 08:00:07 GMT", T0, T0), 7000);
  assert.equal(clockOffset("2026-11-20T08:00:01.5+00:00", T0, T0), 1500);
  assert.equal(clockOffset(T0, T0, T0 + 2 * MINUTE), null);
  assert.equal(clockOffset("", T0, T0), null);
  assert.equal(clockOffset(T0, T0, T0 - 5000), null);
  assert.equal(clockWrong(9 * MINUTE), false);
  assert.equal(clockWrong(-11 * MINUTE), true);
  assert.equal(clockWrong(null), false);
});

test("a moment told by a wrong clock is mended, once", () => {
  const slow = row("a", { offset: 0 });
  assert.equal(mendTime(slow, 3 * 24 * 60 * MINUTE, T0 + 3 * 24 * 60 * MINUTE).seen_at, "2026-11-23T08:00:00.000Z");
  assert.equal(mendTime(row("a", { offset: 60 * MINUTE }), 60 * MINUTE, T0), null, "corrected when it was recorded");
  assert.equal(mendTime(slow, 4000, T0), null, "seconds do not matter");
  assert.equal(mendTime(slow, null, T0), null, "nothing is known");
});

test("a moment that cannot be, after the clock was put right in between, is set within what can be", () => {
  assert.equal(
    mendTime(row("a", { after: T0 + 60 * MINUTE }), 0, T0 + 90 * MINUTE).seen_at,
    "2026-11-20T09:00:00.000Z",
  );
  assert.equal(mendTime(row("a"), 0, T0 - 60 * MINUTE).seen_at, "2026-11-20T07:00:00.000Z", "never in the future");
});
