// The sentences of the field page. Chinese is the source, English beside it: one table for all modules.
// say("待传 %(count)s 条", {count: 3}). A test finds a sentence without English.
export const WORDS = {
  // the shell, the top bar
  "和美积分": "Hemei points",
  "走访": "Field visits",
  "离线": "Offline",
  "在线": "Online",
  "待传 %(count)s 条": "%(count)s to send",
  "离线 · 待传 %(count)s 条": "Offline · %(count)s to send",
  "正在传 · %(count)s 条": "Sending · %(count)s",
  "请重新登录 · 待传 %(count)s 条": "Sign in again · %(count)s to send",
  "请重新登录": "Sign in again",
  "手机存满了": "Phone is full",
  "手机时间不对": "Clock is wrong",
  "系统没有回应 · 待传 %(count)s 条": "No answer · %(count)s to send",
  "系统没有回应": "No answer",
  "没办成 %(count)s 条": "%(count)s refused",
  "打开中…": "Opening…",
  "我的": "Me",
  // the store
  "这一页已经换新或退出了，请重新打开再记。": "This page was renewed or signed out. Open it again, then record.",
  "手机存满了，这一条没有记上。请先传走或删些照片、视频，再记一次。以前记的都在。": "The phone is full: this was not recorded. Send what waits or delete some pictures or videos, then record again. What was recorded before is safe.",
  "手机没有存下来，这一条没有记上，请再记一次。": "The phone could not keep this: it was not recorded. Please record it again.",
  "还有 %(count)s 条没有办完，先别清。": "%(count)s entries are not finished: they stay.",
  "没有传上去的：%(count)s 条；照片 %(photos)s 张不在这份文字里。": "Not sent: %(count)s; %(photos)s photos are not in this text.",
  "没办成的：%(count)s 条。": "Refused: %(count)s.",
};

let language = "zh";

export function setLanguage(chosen) {
  language = chosen === "en" ? "en" : "zh";
}

export const languageNow = () => language;

// A sentence in the language of the phone's holder; %(name)s is filled in from values.
export function say(chinese, values = {}) {
  const sentence = language === "en" ? WORDS[chinese] || chinese : chinese;
  return sentence.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
