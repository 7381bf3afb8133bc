// The server's own forms, filled in by the page: its token fetched first, its complaint read from its answer.
import { say } from "../words/say.js";

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };

// A refusal with a sentence that may be shown.
export class SessionError extends Error {}

export const unreachable = () => new SessionError(say("现在连不上系统，请到有网络的地方再试。"));

export const faultOf = ({ kind }) =>
  kind === "unreachable" ? unreachable() : new SessionError(say("系统出了差错，请过一会儿再试。"));

// A form that was taken leads on to another page, which is not followed.
export const isTaken = (answer) => answer.moved || (answer.status >= 300 && answer.status < 304);

// `read` finds {token, problem} in a page's text.
export function makeForms(server, read = readPage) {
  async function token() {
    const answer = await server.ask("/login");
    const found = read(answer.text).token;
    if (!found) throw faultOf(answer);
    return found;
  }
  return {
    async send(path, fields) {
      const body = String(new URLSearchParams({ ...fields, csrf_token: await token() }));
      return server.ask(path, { method: "POST", headers: FORM, body });
    },
    // Why a form was not taken.
    whyNot: (answer) =>
      answer.text ? new SessionError(read(answer.text).problem || say("没有登录上，请再试一次。")) : faultOf(answer),
  };
}

// The form token of a page, and what it complains about.
function readPage(text) {
  if (typeof DOMParser === "undefined") {
    return { token: /<meta name="csrf-token" content="([^"]+)"/.exec(text)?.[1] || null, problem: "" };
  }
  const page = new DOMParser().parseFromString(text || "", "text/html");
  const problem = page.querySelector("main .notice.bad, main .error, main .stop h1");
  const elsewhere = page.querySelector("main [data-elsewhere]"); // the second step is asked on the sign-in page only
  return {
    token: page.querySelector("meta[name=csrf-token]")?.content || null,
    problem: elsewhere?.dataset.elsewhere || problem?.textContent.trim() || "",
  };
}
