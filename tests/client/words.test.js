import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { languageNow, say, setLanguage, WORDS } from "../../governance/client/field/words.js";

const FOLDER = new URL("../../governance/client/field/", import.meta.url);
const CHINESE = /[\u4e00-\u9fff]/;
const source = (name) =>
  readFileSync(new URL(name, FOLDER), "utf8")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/(?<=[;,{}()\s])\/\/ .*$/gm, "");
const modules = readdirSync(FOLDER).filter((name) => name.endsWith(".js") && name !== "words.js");
const placeholders = (text) => [...text.matchAll(/%\((\w+)\)s/g)].map((one) => one[1]).sort();
const quoted = (text) => [...text.matchAll(/"((?:[^"\\\n]|\\.)*)"/g)].map((one) => one[1]);
const spliced = (text) => [...text.matchAll(/`([^`]*)`/g)].map((one) => one[1].replace(/\$\{[^}]*\}/g, ""));
const texts = modules.flatMap((name) =>
  [...quoted(source(name)), ...spliced(source(name))].map((text) => [name, text]),
);

// Words that the search understands, not words that are shown; and the name of a language in itself.
const DATA = ["find.js", "walk.js"];
const ITSELF = ["中文", "月日"];
const EXAMPLES = /王秀兰/; // what is typed stays as it is typed

test("every sentence of the modules has its English", () => {
  const missing = texts.filter(
    ([name, text]) => CHINESE.test(text) && !DATA.includes(name) && !ITSELF.includes(text) && !(text in WORDS),
  );
  assert.deepEqual(missing, []);
});

test("no English is left without its sentence", () => {
  const used = new Set(texts.map(([, text]) => text));
  assert.deepEqual(
    Object.keys(WORDS).filter((text) => !used.has(text)),
    [],
  );
});

test("placeholders are the same in both, and the English is English", () => {
  for (const [chinese, english] of Object.entries(WORDS)) {
    assert.deepEqual(placeholders(english), placeholders(chinese), chinese);
    assert.ok(!CHINESE.test(english.replace(EXAMPLES, "")), english);
  }
});

test("a sentence is said in the chosen language, its values filled in", () => {
  assert.equal(say("待传 %(count)s 条", { count: 3 }), "待传 3 条");
  setLanguage("en");
  assert.equal(say("待传 %(count)s 条", { count: 3 }), "3 to send");
  assert.equal(say("没有这一句"), "没有这一句");
  setLanguage("fr");
  assert.equal(languageNow(), "zh");
});
