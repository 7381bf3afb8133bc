import assert from "node:assert/strict";
import { test } from "node:test";
import { PAGES } from "../../../governance/client/field/words/pages.js";
import { PARTS } from "../../../governance/client/field/words/parts.js";
import { RECORDING } from "../../../governance/client/field/words/recording.js";
import { languageNow, say, setLanguage } from "../../../governance/client/field/words/say.js";
import { SENDING } from "../../../governance/client/field/words/sending.js";
import { SESSION } from "../../../governance/client/field/words/session.js";
import { WORDS } from "../../../governance/client/field/words/words.js";
import { SOURCES } from "../sources.js";

const CHINESE = /[\u4e00-\u9fff]/;
const modules = SOURCES.filter(([name]) => !name.startsWith("words/"));
const placeholders = (text) => [...text.matchAll(/%\((\w+)\)s/g)].map((one) => one[1]).sort();
const quoted = (text) => [...text.matchAll(/"((?:[^"\\\n]|\\.)*)"/g)].map((one) => one[1]);
const spliced = (text) => [...text.matchAll(/`([^`]*)`/g)].map((one) => one[1].replace(/\$\{[^}]*\}/g, ""));
const texts = modules.flatMap(([name, code]) => [...quoted(code), ...spliced(code)].map((text) => [name, text]));

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

test("a sentence stands in one table", () => {
  const tables = [SESSION, SENDING, PARTS, RECORDING, PAGES].flatMap((table) => Object.keys(table));
  assert.equal(tables.length, Object.keys(WORDS).length);
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
