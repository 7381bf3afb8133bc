import assert from "node:assert/strict";
import { test } from "node:test";
import { checklistsFor, counted, lastTime, left, outcome, score } from "../../governance/client/field/checklists.js";

const checklist = {
  id: "s1",
  title: "月度检查",
  full: 60,
  scenes: [
    {
      name: "室内",
      max: 10,
      consent: true,
      findings: [
        { code: "A0", text: "格局杂乱", deduct: 1 },
        { code: "A1", text: "家具杂乱", deduct: 1 },
      ],
    },
    {
      name: "庭院",
      max: 30,
      consent: false,
      findings: [
        { code: "B0", text: "生产工具杂乱无章", deduct: 3 },
        { code: "B5", text: "地面垃圾乱丢严重", deduct: 5 },
      ],
    },
    {
      name: "厕所",
      max: 4,
      consent: false,
      findings: [
        { code: "C0", text: "脏乱", deduct: 3 },
        { code: "C1", text: "不齐", deduct: 3 },
      ],
    },
  ],
};
const settings = {
  code: "J60",
  target: "household",
  outcomes: [
    { from: 54, rule: "E01" },
    { from: 58, rule: "E02" },
  ],
  remind: { below: 48, rule: "E51" },
};

test("nothing found is the full score", () => {
  assert.equal(score(checklist, [], false), 60);
  assert.equal(score(checklist, [], true), 60);
});

test("each finding takes its points", () => {
  assert.equal(score(checklist, ["B0", "B5"], false), 52);
  assert.equal(score(checklist, ["B0", "B0", "nothing"], false), 57);
});

test("indoors counts only with consent", () => {
  assert.equal(score(checklist, ["A0", "B0"], false), 57);
  assert.equal(score(checklist, ["A0", "B0"], true), 56);
  assert.deepEqual(counted(checklist, ["B0", "A0"], false), ["B0"]);
  assert.deepEqual(counted(checklist, ["B0", "A0"], true), ["A0", "B0"]);
});

test("a scene never loses more than it has", () => {
  assert.equal(left(checklist.scenes[2], ["C0", "C1"]), 0);
  assert.equal(score(checklist, ["C0", "C1"], false), 56);
});

test("the best outcome that is reached counts, below the threshold a reminder, between them nothing", () => {
  assert.deepEqual(outcome(settings, 60), { award: "E02" });
  assert.deepEqual(outcome(settings, 58, ["B0"]), { award: "E02" });
  assert.deepEqual(outcome(settings, 57, ["B0"]), { award: "E01" });
  assert.deepEqual(outcome(settings, 54, ["B0"]), { award: "E01" });
  assert.deepEqual(outcome(settings, 53, ["B0"]), {});
  assert.deepEqual(outcome(settings, 48, ["B0"]), {});
  assert.deepEqual(outcome(settings, 47, ["B0"]), { remind: "E51" });
  assert.deepEqual(outcome({ ...settings, remind: null }, 10, ["B0"]), {});
  assert.deepEqual(outcome(undefined, 10, ["B0"]), {});
});

test("a rule that is not in force gives nothing, the next one does", () => {
  assert.deepEqual(
    outcome(settings, 60, [], (code) => code !== "E02"),
    { award: "E01" },
  );
  assert.deepEqual(
    outcome(settings, 40, ["B0"], () => false),
    {},
  );
});

test("a reminder without a mark follows any finding, and only a finding", () => {
  const any = { remind: { below: null, rule: "E51" } };
  assert.deepEqual(outcome(any, 0, ["Q1"]), { remind: "E51" });
  assert.deepEqual(outcome(any, 0, []), {});
});

test("last time's findings are told, without those the checklist no longer has", () => {
  const home = { inspected: { J60: { day: "2026-10-20", score: 52, findings: ["B0", "B5", "X9"] } } };
  assert.deepEqual(lastTime(checklist, home, settings), { day: "2026-10-20", score: 52, findings: ["B0", "B5"] });
  assert.equal(lastTime(checklist, {}, settings), null);
  assert.equal(lastTime(checklist, undefined, undefined), null);
});

test("checklists are for households, or for public places", () => {
  const pack = { sheets: [{ id: "a" }, { id: "b" }, { id: "c" }] };
  const field = { sheets: { b: { target: "public" }, c: { target: "both" } } };
  assert.deepEqual(checklistsFor(pack, field, "household"), [{ id: "a" }, { id: "c" }]);
  assert.deepEqual(checklistsFor(pack, field, "public"), [{ id: "b" }, { id: "c" }]);
  assert.deepEqual(checklistsFor(pack, null, "public"), []);
});
