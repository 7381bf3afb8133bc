// The forms of who holds the phone: sign in (also after it has expired), open what was locked, sign out.
import { el, show } from "../page/dom.js";
import { canLock } from "../store/vault.js";
import { say } from "../words/say.js";

let made = 0;

// An input with its label.
function labelled(label, props) {
  made += 1;
  const id = `sign-${made}`;
  const input = el("input", { id, name: props.autocomplete, required: true, ...props });
  return { input, node: el("div", { class: "field" }, el("label", { for: id }, label), input) };
}

// A form that says what went wrong and lets nobody press twice.
function form({ title, heading = "h2", text, fields, label, work, more }) {
  const wrong = el("p", { class: "notice bad", role: "alert", hidden: true });
  const button = el("button", { class: "btn wide" }, label);
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    wrong.hidden = true;
    try {
      await work(...fields.map((one) => one.input.value));
    } catch (fault) {
      wrong.textContent = fault.message;
      wrong.hidden = false;
    } finally {
      button.disabled = false;
    }
  };
  return el(
    "form",
    { class: "card sign", onsubmit: submit },
    title && el(heading, {}, title),
    text && el("p", {}, text),
    wrong,
    fields.map((one) => one.node),
    button,
    more,
  );
}

// Sign in: `enter(username, password)` does it.
export function signInForm(enter, text = "", heading = "h2") {
  return form({
    heading,
    title: say("登录"),
    text,
    label: say("登录"),
    work: enter,
    fields: [
      labelled(say("用户名"), { autocomplete: "username", autocapitalize: "off", maxlength: 60 }),
      labelled(say("密码"), { type: "password", autocomplete: "current-password", maxlength: 200 }),
    ],
  });
}

// What was locked with another password than today's.
export function unlockForm(unlock) {
  return form({
    title: say("有锁着的记录"),
    label: say("打开"),
    work: unlock,
    text: say("您上次退出时有没传的记录，是用当时的密码锁的。请输入当时的密码。"),
    fields: [labelled(say("当时的密码"), { type: "password", autocomplete: "off", maxlength: 200 })],
  });
}

// Sign out. With something waiting, only by a choice: send first, keep it locked, or write it out first.
export function signOutCard({ state, send, exportText, leave }) {
  const place = el("section", { class: "card stack sign-out" });
  let shown = null;
  // Only another count draws it anew: what was unfolded stays so.
  const draw = () => {
    const { items, photos, refused } = state();
    const count = items + photos + refused;
    if (count === shown) return;
    shown = count;
    show(
      place,
      el("h2", {}, say("退出登录")),
      count
        ? choices(count)
        : [
            el("p", { class: "muted" }, say("这部手机也给别人用的话，用完请退出：名单和记录会从手机上清掉。")),
            el("button", { class: "btn quiet wide", onclick: () => lead(place, () => leave("")) }, say("退出登录")),
          ],
    );
  };
  const choices = (count) => [
    el("p", { class: "notice mind" }, say("还有 %(count)s 条没有办完，先不要退出。", { count })),
    el("button", { class: "btn wide", onclick: send }, say("先传走")),
    el("button", { class: "btn quiet wide", onclick: exportText }, say("导出成文字")),
    canLock() ? el("details", {}, el("summary", {}, say("锁在手机里再退出")), lockForm()) : null,
  ];
  const lockForm = () =>
    form({
      text: say("用您的密码锁起来，别人打不开；您下次登录时接着传。密码忘了就打不开了，请输两遍。"),
      label: say("锁起来并退出"),
      fields: [
        labelled(say("密码"), { type: "password", autocomplete: "off", maxlength: 200 }),
        labelled(say("再输一遍密码"), { type: "password", autocomplete: "off", maxlength: 200 }),
      ],
      work: async (password, again) => {
        if (password !== again) throw new Error(say("两遍密码不一样。"));
        await leave(password);
      },
    });
  draw();
  return { node: place, draw };
}

async function lead(place, work) {
  place.querySelector(".notice.bad")?.remove();
  try {
    await work();
  } catch (fault) {
    place.append(el("p", { class: "notice bad", role: "alert" }, fault.message));
  }
}
