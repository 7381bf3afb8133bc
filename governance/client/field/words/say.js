// A sentence in the language of the phone's holder. Chinese is the source, its English stands in a table beside it.
import { WORDS } from "./words.js";

let language = "zh";

/** @param {string | null} chosen */
export function setLanguage(chosen) {
  language = chosen === "en" ? "en" : "zh";
}

export const languageNow = () => language;

/**
 * say("待传 %(count)s 条", {count: 3}): %(name)s is filled in from values. A test finds a sentence without English.
 * @param {string} chinese
 * @param {Record<string, string | number>} values
 */
export function say(chinese, values = {}) {
  const sentence = language === "en" ? WORDS[chinese] || chinese : chinese;
  return sentence.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
