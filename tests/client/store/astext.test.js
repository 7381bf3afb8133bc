import assert from "node:assert/strict";
import { test } from "node:test";
import { itemOf } from "../fake.js";
import { open, refused } from "./opened.js";

test("the text for people names household, rule and reason, and holds every item", async () => {
  const store = await open();
  await store.keepPack(
    {
      households: [{ id: "h1", code: "3组17号", head: "王秀兰" }],
      rules: [{ id: "r1", code: "E03", behaviour: "参加义务劳动" }],
    },
    "p",
  );
  await store.record(itemOf("a", { note: "下午" }));
  await store.record(itemOf("b"));
  await store.settle([refused("b")]);
  const text = await store.exportAll();
  for (const word of ["3组17号 王秀兰", "E03 参加义务劳动", "下午", "已记满。"]) assert.ok(text.includes(word), word);
  const whole = JSON.parse(text.split("\n").at(-1));
  assert.deepEqual([whole.outbox[0].id, whole.refused[0].id], ["a", "b"]);
});
