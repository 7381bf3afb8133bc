import assert from "node:assert/strict";
import { test } from "node:test";
import { freshOwner, itemOf } from "../fake.js";
import { open } from "./opened.js";

test("wiping refuses while anything waits, and then leaves nothing", async () => {
  const owner = freshOwner();
  const store = await open(owner);
  await store.record(itemOf("a"));
  await assert.rejects(store.wipe(), /还有 1 条/);
  await store.wipe({ anyway: true });
  assert.equal(
    (await indexedDB.databases()).some((one) => one.name === `hemei-field-${owner}`),
    false,
  );
});
