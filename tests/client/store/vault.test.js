import assert from "node:assert/strict";
import { test } from "node:test";
import { canLock, lockRows, ROUNDS, unlockRows } from "../../../governance/client/field/store/vault.js";

const FEW = 1000; // rounds

test("the lock is PBKDF2 of 310,000 rounds, and every part has its own beginning", async () => {
  assert.ok(ROUNDS >= 310_000);
  assert.equal(canLock(), true);
  const parts = await lockRows(
    "密码",
    { outbox: [], refused: [], photos: [{ id: "p", bytes: new ArrayBuffer(3) }] },
    FEW,
  );
  assert.notDeepEqual(parts[0].iv, parts[1].iv);
  assert.equal((await unlockRows("密码", parts)).rows.photos[0].bytes.byteLength, 3);
  const spoilt = { ...parts[0], data: parts[0].data.slice(0, -1) };
  assert.equal((await unlockRows("密码", [spoilt])).left, 1, "what was tampered with does not open");
});
