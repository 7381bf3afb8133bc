// What the tests of the sending share: an outbox that is filled, what is left of it, what took effect.
import assert from "node:assert/strict";
import { itemOf } from "../fake.js";

export const fill = async (store, count, from = 0) => {
  for (let at = from; at < from + count; at += 1) await store.record(itemOf(`i${at}`));
};
export const waiting = async (store) => (await store.outbox()).map((row) => row.id);
export const onceEach = (server, count) => {
  assert.equal(server.recorded.size, count);
  assert.ok([...server.recorded.values()].every((times) => times === 1));
};
