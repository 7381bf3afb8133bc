import assert from "node:assert/strict";
import { test } from "node:test";
import { itemOf } from "../fake.js";
import { open, recorded, refused } from "./opened.js";

test("what was recorded for one household is found among all", async () => {
  const store = await open();
  for (const [id, household] of [
    ["a", "h1"],
    ["b", "h2"],
    ["c", "h1"],
    ["d", "h1"],
    ["e", "h2"],
  ])
    await store.record(itemOf(id, { household }));
  await store.settle([recorded("a"), refused("b"), refused("c")]);
  assert.deepEqual(
    (await store.recentOf("h1")).map((row) => [row.id, row.state]),
    [
      ["a", "done"],
      ["c", "refused"],
      ["d", "waiting"],
    ],
  );
});
