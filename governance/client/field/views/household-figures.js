// Who a household is, and its figures as of the list or of the server's last word.
import { el, show } from "../page/dom.js";
import { leftText, momentText, statusName } from "./parts.js";

export function headOf(page, facts) {
  const { app, home } = page;
  const { say } = app;
  const size = facts.size ? say("%(size)s口人", { size: facts.size }) : null;
  const soonest = (facts.reminders || []).map((one) => one.deadline).sort()[0];
  return el(
    "section",
    { class: "card" },
    el("h1", {}, say("%(head)s家", { head: home.head })),
    el("p", { class: "muted num" }, [home.code, size, statusName(home.status)].filter(Boolean).join(" · ")),
    soonest &&
      el(
        "p",
        {},
        el(
          "a",
          {
            class: "chip gold num",
            href: "#reminders",
            onclick: (event) => {
              event.preventDefault();
              document.getElementById("reminders")?.scrollIntoView({ block: "center" });
            },
          },
          say("提醒 %(count)s 条", { count: facts.reminders.length }),
          " · ",
          leftText(app, soonest),
        ),
      ),
    page.figures,
  );
}

// As of the list, or of the server's last word on what this phone recorded.
function figuresOf(page, all) {
  const { standing, spendable } = all.homes[page.home.id] || {};
  return page.rows
    .filter(
      (row) =>
        row.result?.outcome === "recorded" &&
        Number.isInteger(row.result.standing) &&
        row.settledAt > (all.takenAt || 0),
    )
    .reduce((last, { result, settledAt }) => (settledAt >= last.at ? { ...result, at: settledAt } : last), {
      standing,
      spendable,
      at: all.takenAt,
    });
}

export function drawFigures(page, all) {
  const { say } = page.app;
  const facts = figuresOf(page, all);
  const waiting = page.rows.filter((row) => row.state === "waiting").length;
  const figure = (name, value, kind) => el("div", {}, el("dd", { class: kind }, value ?? "—"), el("dt", {}, name));
  show(
    page.figures,
    el(
      "dl",
      { class: "figures num" },
      figure(say("今年评议分"), facts.standing, ""),
      figure(say("可兑换分"), facts.spendable, "plus"),
    ),
    el(
      "p",
      { class: "small muted num age" },
      facts.at ? say("截至 %(when)s", { when: momentText(facts.at) }) : "",
      waiting ? ` · ${say("本机待传 %(count)s 条", { count: waiting })}` : "",
    ),
  );
}
