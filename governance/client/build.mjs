// Builds the field page: its program, its style, the worker that reads codes, and the service worker,
// which is stamped with the digest of every file of the shell: another file, another service worker.
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync } from "node:fs";
import { build } from "esbuild";

const OUT = "../static";
const SHELL = ["style.css", "field.css", "field.js", "scanworker.js", "icon.svg", "manifest.json"];
const PAGE = "../../templates/officer/shell.html";
// WeChat's Android kernel, Chromium 80 and later, iOS 15 and later: the one place that says so.
const TARGET = ["chrome80", "safari15"];
const common = { bundle: true, minify: true, target: TARGET, charset: "utf8", logLevel: "warning" };

const digest = (file) => createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 10);

copyFileSync("manifest.json", `${OUT}/manifest.json`);
await build({
  ...common,
  entryPoints: { field: "field/start.js", scanworker: "field/scanworker.js" },
  format: "esm",
  outdir: OUT,
});
await build({ ...common, entryPoints: { field: "field.css" }, outdir: OUT });
const files = Object.fromEntries(SHELL.map((name) => [name, digest(`${OUT}/${name}`)]));
const version = createHash("sha256")
  .update(JSON.stringify([files, digest(PAGE)]))
  .digest("hex")
  .slice(0, 12);
await build({
  ...common,
  entryPoints: { sw: "field/sw.js" },
  format: "iife",
  outdir: OUT,
  define: { SHELL_FILES: JSON.stringify(files), SHELL_VERSION: JSON.stringify(version) },
});
