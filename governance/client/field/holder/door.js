// Above the page: sign in again without leaving it, or open what an older password has locked.
import { el, show } from "../page/dom.js";
import { say } from "../words/say.js";
import { signInForm, unlockForm } from "./sign.js";

// `kept`: how many locked parts there are; `hand(officer)`: another officer has signed in.
export function makeDoor({ session, store, sync, kept, hand, notice }) {
  const node = el("section", { class: "door", "aria-label": say("登录") });
  let locked = kept;
  async function enter(username, password) {
    const found = await session.signIn(username, password);
    if (found.officer.id !== store.owner) return hand(found.officer);
    ({ left: locked } = await session.unlock(store, password));
    await sync.signedIn();
    return draw();
  }
  async function unlock(password) {
    const { back, left } = await session.unlock(store, password);
    if (!back) throw new Error(say("这个密码打不开，请再想想。"));
    locked = left;
    notice(say("上次锁着的 %(count)s 条已经打开，接着传。", { count: back }));
    await sync.sendNow();
    draw();
  }
  function draw() {
    const { name, message } = sync.state();
    const wanted = name === "signed_out" ? "sign-in" : locked ? "unlock" : "";
    if (name === "sending" || node.dataset.shows === wanted) return;
    if (!wanted && !navigator.onLine && node.contains(document.activeElement)) return; // the signal comes and goes while they type
    node.dataset.shows = wanted;
    show(node, wanted === "sign-in" && signInForm(enter, message), wanted === "unlock" && unlockForm(unlock));
  }
  return { node, draw };
}
