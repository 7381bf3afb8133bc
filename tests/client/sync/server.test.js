import assert from "node:assert/strict";
import { test } from "node:test";
import { makeServer } from "../../../governance/client/field/sync/server.js";
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
