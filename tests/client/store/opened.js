// What the tests of the store share: an officer's store on a phone of its own, and the server's words.
import { openStore } from "../../../governance/client/field/store/store.js";
import { freshOwner, T0 } from "../fake.js";

export const DAY = 86_400_000;
export const open = (owner = freshOwner(), wall = { at: T0 }, more = {}) =>
  openStore(owner, { now: () => wall.at, ...more });
export const recorded = (id) => ({ id, outcome: "recorded", points: 5 });
export const refused = (id, code = "cap_reached") => ({
  id,
  outcome: "refused",
  error: { code, message: "已记满。" },
});
export const ids = (rows) => rows.map((row) => row.id).join();
