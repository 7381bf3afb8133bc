import assert from "node:assert/strict";
import { test } from "node:test";
import { makeServer, waitOf } from "../../../governance/client/field/sync/server.js";
import { stage } from "../fake.js";
import { fill, waiting } from "./filled.js";

test("a hotel's sign-in page with 200 is no answer of ours", async () => {
  const { store, server, sync } = await stage();
  await sync.sendNow();
  await fill(store, 1);
  server.on("/officer/sync", () => new Response("<html>Welcome</html>", { status: 200 }));
  await sync.sendNow();
  assert.equal(sync.state().name, "server_down");
  assert.deepEqual(await waiting(store), ["i0"]);
});

test("a server that never answers is given up after its time", async () => {
  const hanging = makeServer({
    fetch: (_path, { signal }) =>
      new Promise((_done, fail) => {
        signal.addEventListener("abort", () => fail(signal.reason));
      }),
  });
  assert.equal((await hanging.ask("/officer/field.json", { timeout: 5 })).kind, "unreachable");
});

test("how long to wait is said in seconds or as a moment, and never for longer than an hour", () => {
  const date = "Fri, 20 Nov 2026 08:00:00 GMT";
  assert.equal(waitOf("60", date), 60_000);
  assert.equal(waitOf("Fri, 20 Nov 2026 08:02:00 GMT", date), 120_000);
  assert.equal(waitOf("31536000", date), 3_600_000);
  for (const said of [null, "", "soon", "-5", "Fri, 20 Nov 2026 07:00:00 GMT"]) assert.equal(waitOf(said, date), 0);
});
