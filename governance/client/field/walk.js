// The walk: the households in door order, what is done in this round, who was not at home, who comes next.
import { readCode } from "./find.js";

const SKIPPED = ["away", "empty"];

export const skipped = (household) => SKIPPED.includes(household.status);

// By group and number, as the doors stand along the way.
const ordered = new WeakMap(); // a list is long, and put in order once
export function inDoorOrder(households) {
  if (!ordered.has(households)) ordered.set(households, sorted(households));
  return ordered.get(households);
}

function sorted(households) {
  const keys = new Map(households.map((one) => [one, readCode(one.code) || {}]));
  const key = (one, name) => keys.get(one)[name] || 0;
  return [...households].sort((a, b) => key(a, "group") - key(b, "group") || key(a, "number") - key(b, "number"));
}

// The first day of the round: today, or the month's first.
export const roundStart = (round, day) => (round === "month" ? `${day.slice(0, 7)}-01` : day);

// Where a household stands: skipped, done, absent (nobody at home, to come back to) or todo.
// `mark` is what this phone noted ({day, state}); an inspection the server knows counts too.
export function stateOf(household, mark, home, start) {
  if (skipped(household)) return "skipped";
  const inspected = Object.values(home?.inspected || {}).some((one) => one.day >= start);
  if (inspected || (mark?.state === "done" && mark.day >= start)) return "done";
  // Nobody at home is said of a day: tomorrow the household is to do again.
  return mark?.state === "absent" && mark.day >= start ? "absent" : "todo";
}

// The day of the last visit this phone or the server knows of, or "".
export function visitedOn(mark, home) {
  const days = Object.values(home?.inspected || {}).map((one) => one.day);
  if (mark?.state === "done") days.push(mark.day);
  return days.sort().pop() || "";
}

// All households in door order with where they stand.
export function walk(households, marks, homes, start) {
  return inDoorOrder(households).map((household) => ({
    household,
    state: stateOf(household, marks[household.id], homes?.[household.id], start),
  }));
}

export function progress(rows) {
  const count = (state) => rows.filter((row) => row.state === state).length;
  const [done, absent, todo] = [count("done"), count("absent"), count("todo")];
  return { done, absent, todo, total: done + absent + todo };
}

// The next to go to: the first to do behind `after`, then from the beginning; then those who were not at home.
export function nextOf(rows, after) {
  const at = rows.findIndex((row) => row.household.id === after);
  const way = [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0))];
  return (way.find((row) => row.state === "todo") || way.find((row) => row.state === "absent"))?.household || null;
}
