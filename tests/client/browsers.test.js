import assert from "node:assert/strict";
import { test } from "node:test";
import { SOURCES } from "./sources.js";

// Calls that came after Chromium 80 or iOS 15. The builder lowers the language, not what the browser brings along.
const NEWER = [
  /\.replaceChildren\(/,
  /\.replaceAll\(/,
  /\.at\(/,
  /\.findLast/,
  /\.toSorted\(/,
  /\.toReversed\(/,
  /\.group\(/,
  /Promise\.(any|withResolvers)\b/,
  /Object\.(hasOwn|groupBy)\b/,
  /\bstructuredClone\b/,
  /\brandomUUID\b/,
  /\bWeakRef\b/,
  /AbortSignal\.(timeout|any)\b/,
  /\bURLPattern\b/,
  /\.showModal\(/,
  /\bscheduler\./,
];

test("nothing is called that the oldest browser meant does not have", () => {
  for (const [name, code] of SOURCES) {
    for (const call of NEWER) assert.ok(!call.test(code), `${name}: ${call}`);
  }
});
