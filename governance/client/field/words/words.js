// The sentences of the field page: Chinese is the source, its English beside it, each once.
import { PAGES } from "./pages.js";
import { PARTS } from "./parts.js";
import { RECORDING } from "./recording.js";
import { SENDING } from "./sending.js";
import { SESSION } from "./session.js";

/** @type {Record<string, string>} */
export const WORDS = { ...SESSION, ...SENDING, ...PARTS, ...RECORDING, ...PAGES };
