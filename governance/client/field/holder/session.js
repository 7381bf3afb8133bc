// Who holds the phone: signing in inside the page, signing out without losing or showing anything.
//
// makeSession({device, server}) ->
//   who()                        {officer, answer} | {problem}: whose sign-in the server knows
//   signIn(username, password)   {officer, answer}; throws a sentence
//   unlock(store, password)      {back, left}: what was locked at the last sign-out, put back
//   signOut(store, {password})   refuses while anything waits, unless a password locks it; {later: bool}
//   finishLeaving()              tells the server of a sign-out that had no network; true when nothing is open
import { canLock, lockRows, unlockRows } from "../store/vault.js";
import { say } from "../words/say.js";
import { faultOf, isTaken, makeForms, SessionError, unreachable } from "./forms.js";

export function makeSession({ device, server, rounds = undefined, read = undefined }) {
  const forms = makeForms(server, read);
  const session = {
    async who() {
      const answer = await server.ask("/officer/field.json");
      if (answer.kind === "ok" && answer.json.officer) return { officer: answer.json.officer, answer };
      return { problem: answer.kind };
    },
    async signIn(username, password) {
      if (!(await session.finishLeaving())) throw unreachable();
      const answer = await forms.send("/login", { username, password, remember: "y" });
      if (!isTaken(answer)) throw forms.whyNot(answer);
      const found = await session.who();
      if (found.officer) return found;
      if (found.problem === "not_allowed") throw new SessionError(say("这个账号不是网格员，用不上这一页。"));
      throw faultOf({ kind: found.problem });
    },
    unlock: (store, password) => unlock(device, store, password),
    async signOut(store, { password = "" } = {}) {
      await lock(device, store, password, rounds);
      await device.put("leaving", true); // before anything goes: half a sign-out is finished at the next start
      await store.wipe({ anyway: true });
      await device.setOwner(null);
      return { later: !(await session.finishLeaving()) };
    },
    async finishLeaving() {
      if (!(await device.get("leaving"))) return true;
      try {
        if (!isTaken(await forms.send("/logout", {}))) return false;
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

// What was locked at the last sign-out, put back as far as this password opens it.
async function unlock(device, store, password) {
  const parts = await device.kept(store.owner);
  if (!parts.length) return { back: 0, left: 0 };
  if (!canLock()) return { back: 0, left: parts.length };
  const { rows, opened, left } = await unlockRows(password, parts);
  await store.importRows(rows);
  const numbers = opened.map((part) => part.n);
  await device.dropKept(store.owner, numbers);
  return { back: rows.outbox.length + rows.refused.length, left };
}

// Before anything is cleared, what waits is locked; without a password, or where nothing can be locked, nobody leaves.
async function lock(device, store, password, rounds) {
  const { items, photos, refused } = await store.count();
  const count = items + photos + refused;
  if (!count) return;
  if (!password) throw new SessionError(say("还有 %(count)s 条没有办完，先传走，或者锁起来再退出。", { count }));
  if (!canLock()) throw new SessionError(say("这个地址不是 https，手机锁不了没传的记录。请先传走再退出。"));
  await device.keep(store.owner, await lockRows(password, await store.exportRows(), rounds));
}
