// Who holds the phone: signing in inside the page, signing out without losing or showing anything.
//
// makeSession({device, server}) ->
//   who()                        {officer, answer} | {problem}: whose sign-in the server knows
//   signIn(username, password)   {officer, answer}; throws a sentence
//   unlock(store, password)      {back, left}: what was locked at the last sign-out, put back
//   signOut(store, {password})   refuses while anything waits, unless a password locks it; {later: bool}
//   finishLeaving()              tells the server of a sign-out that had no network; true when nothing is open
import { say } from "./words.js";
import { canLock, lockRows, unlockRows } from "./vault.js";

// A refusal with a sentence that may be shown.
export class SessionError extends Error {}

export function makeSession({ device, server, rounds = undefined, read = readPage }) {
  const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
  const fault = (answer) =>
    new SessionError(
      answer.kind === "unreachable"
        ? say("现在连不上系统，请到有网络的地方再试。")
        : say("系统出了差错，请过一会儿再试。"),
    );

  async function token() {
    const answer = await server.ask("/login");
    const found = read(answer.text).token;
    if (!found) throw fault(answer);
    return found;
  }
  const form = async (path, fields) =>
    server.ask(path, {
      method: "POST",
      headers: FORM,
      body: String(new URLSearchParams({ ...fields, csrf_token: await token() })),
    });
  // A form that was taken leads on to another page, which is not followed.
  const taken = (answer) => answer.moved || (answer.status >= 300 && answer.status < 304);

  const session = {
    async who() {
      const answer = await server.ask("/officer/field.json");
      if (answer.kind === "ok" && answer.json.officer) return { officer: answer.json.officer, answer };
      return { problem: answer.kind };
    },
    async signIn(username, password) {
      if (!(await session.finishLeaving())) throw new SessionError(say("现在连不上系统，请到有网络的地方再试。"));
      const answer = await form("/login", { username, password, remember: "y" });
      if (!taken(answer))
        throw answer.text
          ? new SessionError(read(answer.text).problem || say("没有登录上，请再试一次。"))
          : fault(answer);
      const found = await session.who();
      if (found.officer) return found;
      if (found.problem === "not_allowed") throw new SessionError(say("这个账号不是网格员，用不上这一页。"));
      throw fault({ kind: found.problem });
    },
    async unlock(store, password) {
      const parts = await device.kept(store.owner);
      if (!parts.length) return { back: 0, left: 0 };
      if (!canLock()) return { back: 0, left: parts.length };
      const { rows, opened, left } = await unlockRows(password, parts);
      await store.importRows(rows);
      await device.dropKept(
        store.owner,
        opened.map((part) => part.n),
      );
      return { back: rows.outbox.length + rows.refused.length, left };
    },
    async signOut(store, { password = "" } = {}) {
      const { items, photos, refused } = await store.count();
      const count = items + photos + refused;
      if (count && !password)
        throw new SessionError(say("还有 %(count)s 条没有办完，先传走，或者锁起来再退出。", { count }));
      if (count && !canLock())
        throw new SessionError(say("这个地址不是 https，手机锁不了没传的记录。请先传走再退出。"));
      if (count) await device.keep(store.owner, await lockRows(password, await store.exportRows(), rounds));
      await device.put("leaving", true); // before anything goes: half a sign-out is finished at the next start
      await store.wipe({ anyway: true });
      await device.setOwner(null);
      return { later: !(await session.finishLeaving()) };
    },
    async finishLeaving() {
      if (!(await device.get("leaving"))) return true;
      try {
        if (!taken(await form("/logout", {}))) return false;
      } catch (refusal) {
        if (refusal instanceof SessionError) return false;
        throw refusal;
      }
      await device.drop("leaving");
      return true;
    },
  };
  return session;
}

// The form token of a page, and what it complains about.
function readPage(text) {
  if (typeof DOMParser === "undefined")
    return { token: /<meta name="csrf-token" content="([^"]+)"/.exec(text)?.[1] || null, problem: "" };
  const page = new DOMParser().parseFromString(text || "", "text/html");
  const problem = page.querySelector("main .notice.bad, main .error, main .stop h1");
  return {
    token: page.querySelector("meta[name=csrf-token]")?.content || null,
    problem: problem?.textContent.trim() || "",
  };
}
