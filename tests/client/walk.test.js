import assert from "node:assert/strict";
import { test } from "node:test";
import { inDoorOrder, nextOf, progress, roundStart, stateOf, walk } from "../../governance/client/field/walk.js";

const home = (code, status = "resident") => ({ id: code, code, head: code, status });
const HOMES = [
  home("10组1号"),
  home("2组10号"),
  home("2组9号", "away"),
  home("2组2号"),
  home("1组1号", "empty"),
  home("3组1号", "seasonal"),
];
const DAY = "2026-11-20";

test("doors stand in the order of their numbers, not of their letters", () => {
  assert.deepEqual(
    inDoorOrder(HOMES).map((one) => one.code),
    ["1组1号", "2组2号", "2组9号", "2组10号", "3组1号", "10组1号"],
  );
});

test("a round is a day or a month", () => {
  assert.equal(roundStart("day", DAY), DAY);
  assert.equal(roundStart("month", DAY), "2026-11-01");
});

test("where a household stands", () => {
  const state = (mark, inspected, start = "2026-11-01", one = HOMES[0]) =>
    stateOf(one, mark, inspected && { inspected: { J60: { day: inspected } } }, start);
  assert.equal(state(), "todo");
  assert.equal(state(undefined, "2026-11-02"), "done");
  assert.equal(state(undefined, "2026-10-31"), "todo");
  assert.equal(state({ day: "2026-11-02", state: "done" }), "done");
  assert.equal(state({ day: "2026-11-02", state: "done" }, undefined, DAY), "todo");
  assert.equal(state({ day: "2026-11-20", state: "absent" }), "absent");
  assert.equal(state({ day: "2026-11-20", state: "absent" }, "2026-11-20"), "done");
  assert.equal(state({ day: "2026-11-20", state: "done" }, undefined, DAY, HOMES[2]), "skipped");
  assert.equal(state(undefined, undefined, DAY, HOMES[5]), "todo");
});

test("progress leaves out those who live away", () => {
  const rows = walk(HOMES, { "2组2号": { day: DAY, state: "done" }, "3组1号": { day: DAY, state: "absent" } }, {}, DAY);
  assert.deepEqual(progress(rows), { done: 1, absent: 1, todo: 2, total: 4 });
  assert.deepEqual(progress([]), { done: 0, absent: 0, todo: 0, total: 0 });
});

test("the next is the first to do behind this one, then from the beginning, then who was not at home", () => {
  const marks = {};
  const next = (after) => nextOf(walk(HOMES, marks, {}, DAY), after)?.code;
  const settle = (id, state) => {
    marks[id] = { day: DAY, state };
  };
  assert.equal(next(), "2组2号");
  assert.equal(next("2组2号"), "2组10号");
  assert.equal(next("10组1号"), "2组2号");
  settle("2组2号", "absent");
  settle("10组1号", "done");
  assert.equal(next("10组1号"), "2组10号");
  settle("2组10号", "done");
  settle("3组1号", "done");
  assert.equal(next("3组1号"), "2组2号");
  settle("2组2号", "done");
  assert.equal(next("3组1号"), undefined);
});

test("the next is never the household one stands at", () => {
  assert.equal(nextOf(walk([home("1组1号")], {}, {}, DAY), "1组1号"), null);
  assert.equal(nextOf([], "1组1号"), null);
});
