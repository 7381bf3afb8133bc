import assert from "node:assert/strict";
import { test } from "node:test";
import { MINUTE } from "../../../governance/client/field/sync/clock.js";
import { afterResults, batches, nextDelay } from "../../../governance/client/field/sync/outbox.js";
import { itemOf } from "../fake.js";

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
