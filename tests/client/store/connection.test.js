import assert from "node:assert/strict";
import { test } from "node:test";
import { makeConnection } from "../../../governance/client/field/store/connection.js";

const closing = () => new DOMException("The database connection is closing.", "InvalidStateError");

// Connections numbered as they are opened; `breaks` says what working on one throws, or opening it.
function opening(breaks = {}) {
  const opened = [];
  const open = async () => {
    const number = opened.push(0) - 1;
    if (breaks[`open ${number}`]) throw breaks[`open ${number}`]();
    return {
      number,
      close: () => {
        opened[number] += 1;
      },
    };
  };
  const work = async ({ number }, again) => {
    if (breaks[number]) throw breaks[number]();
    return { number, again };
  };
  return { connection: makeConnection(open), work, opened };
}

test("one connection is opened and used by all", async () => {
  const { connection, work, opened } = opening();
  const all = await Promise.all([1, 2, 3].map(() => connection.using(work)));
  assert.deepEqual([all.map((one) => one.number), opened.length], [[0, 0, 0], 1]);
});

test("a connection that the browser has closed is opened anew and the work done once more, knowing it", async () => {
  const { connection, work, opened } = opening({ 0: closing });
  assert.deepEqual(await connection.using(work), { number: 1, again: true });
  assert.equal(opened[0], 1, "the first was let go");
});

test("two that fail on the same connection open one new one", async () => {
  const { connection, work, opened } = opening({ 0: closing });
  await Promise.all([connection.using(work), connection.using(work)]);
  assert.equal(opened.length, 2);
});

test("the work is done twice, not three times; the next one begins anew", async () => {
  const lost = () => new DOMException("Connection to Indexed Database server lost.", "UnknownError");
  const { connection, work, opened } = opening({ 0: lost, 1: lost });
  await assert.rejects(connection.using(work), { name: "UnknownError" });
  assert.equal(opened.length, 2);
  assert.equal((await connection.using(work)).number, 2);
});

test("what was not opened is not kept for good", async () => {
  const { connection, work } = opening({ "open 0": closing, "open 1": closing });
  await assert.rejects(connection.using(work));
  assert.equal((await connection.using(work)).number, 2);
});

test("a fault of another kind is told as it is, at once", async () => {
  const full = () => new DOMException("full", "QuotaExceededError");
  const { connection, work, opened } = opening({ 0: full });
  await assert.rejects(connection.using(work), { name: "QuotaExceededError" });
  assert.equal(opened.length, 1);
});

test("a connection of which the browser says that it is gone is not used again", async () => {
  const { connection, work } = opening();
  await connection.using(work);
  connection.forget();
  assert.deepEqual(await connection.using(work), { number: 1, again: false });
});
