import assert from "node:assert/strict";
import { test } from "node:test";
import { clockOffset, clockWrong, MINUTE, mendTime } from "../../../governance/client/field/sync/clock.js";
import { itemOf, stage, T0 } from "../fake.js";

const row = (id, more = {}) => ({ id, to: "sync", tries: 0, item: itemOf(id), ...more });

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

test("a clock wrong by days is noticed, what is recorded then has the right time, and the page says it", async () => {
  const { store, server, sync, wall } = await stage();
  wall.at = T0 - 3 * 24 * 60 * MINUTE;
  server.time = () => wall.at + 3 * 24 * 60 * MINUTE;
  await sync.sendNow();
  assert.equal(sync.state().name, "clock_wrong");
  assert.match(sync.state().message, /慢了3 天/);
  assert.equal(sync.now().toISOString(), "2026-11-20T08:00:00.000Z");
  await store.record(itemOf("a", { seen_at: sync.now().toISOString() }), [], sync.note());
  await sync.sendNow();
  assert.equal(
    server.asked.find((one) => one.path === "/officer/sync").body.items[0].seen_at,
    "2026-11-20T08:00:00.000Z",
  );
});

test("what was recorded before the clock was known to be wrong is mended before its first try, never after it", async () => {
  const { store, server, sync, wall } = await stage();
  const behind = 2 * 24 * 60 * MINUTE;
  wall.at = T0 - behind;
  await store.record(itemOf("a", { seen_at: new Date(wall.at).toISOString() }), [], sync.note());
  server.time = () => wall.at + behind;
  server.on("/officer/sync", () => {
    throw new TypeError("reset");
  });
  await sync.sendNow();
  server.off("/officer/sync");
  wall.at = T0; // somebody sets the clock
  server.time = () => wall.at;
  await sync.sendNow();
  const sent = server.asked.filter((one) => one.path === "/officer/sync").map((one) => one.body.items[0].seen_at);
  assert.deepEqual(sent, ["2026-11-20T08:00:00.000Z", "2026-11-20T08:00:00.000Z"]);
});

test("a clock that was set meanwhile is not corrected by what was measured before", async () => {
  const wall = { at: T0 };
  const { server, sync } = await stage({ wall, steady: () => T0 });
  server.time = () => T0 + 5 * 60 * MINUTE;
  await sync.sendNow();
  assert.equal(sync.state().clock, true);
  wall.at = T0 + 5 * 60 * MINUTE;
  assert.equal(sync.state().clock, false);
  assert.equal(sync.now().getTime(), wall.at);
});
