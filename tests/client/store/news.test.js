import assert from "node:assert/strict";
import { test } from "node:test";
import { SOON } from "../../../governance/client/field/store/news.js";
import { itemOf } from "../fake.js";
import { open } from "./opened.js";

test("whoever listens hears what has changed, after the one who wrote it down has gone on", async () => {
  const store = await open();
  const heard = [];
  store.subscribe((what, values) => heard.push([what, values && Object.keys(values).join()]));
  await store.record(itemOf("a"));
  assert.deepEqual(heard, []);
  await store.keepExtras({ csrf: "t" }, "f1");
  await new Promise((done) => {
    setTimeout(done, 2 * SOON);
  });
  assert.deepEqual(heard.sort(), [
    ["items", undefined],
    ["taken", "field,fieldTag,takenAt"],
  ]);
});
