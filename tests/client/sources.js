// The modules of the field page as text, without their comments: what some tests read instead of run.
import { readdirSync, readFileSync } from "node:fs";

const FIELD = new URL("../../governance/client/field/", import.meta.url);

const bare = (code) =>
  code
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/(?<=[;,{}()\s])\/\/ .*$/gm, "");

// [name below field/, code]
export const SOURCES = readdirSync(FIELD, { recursive: true })
  .filter((name) => name.endsWith(".js"))
  .map((name) => [name, bare(readFileSync(new URL(name, FIELD), "utf8"))]);
