// The pages of the field page by their addresses: "#/h/<household id>" and so on. `:name` becomes params.name.
import household from "../views/household.js";
import inspect from "../views/inspect.js";
import list from "../views/list.js";
import many from "../views/many.js";
import me from "../views/me.js";
import outbox from "../views/outbox.js";
import scan from "../views/scan.js";

export const ROUTES = [
  ["/", list],
  ["/h/:id", household],
  ["/inspect/:id/:checklist", inspect],
  ["/scan", scan],
  ["/scan/:text", scan], // a code that was scanned from outside and names no household of the pack
  ["/outbox", outbox],
  ["/many/:rule", many],
  ["/me", me],
];

// The view and its params for a hash, or null. The longest way to a page is its own line above.
export function findRoute(hash, routes = ROUTES) {
  const [path, query = ""] = (hash.replace(/^#/, "") || "/").split("?");
  const parts = path.split("/");
  for (const [pattern, view] of routes) {
    const wanted = pattern.split("/");
    if (wanted.length !== parts.length) continue;
    const params = { query: new URLSearchParams(query) };
    if (wanted.every((want, at) => fits(want, parts[at], params))) return { view, params };
  }
  return null;
}

function fits(want, part, params) {
  if (!want.startsWith(":")) return want === part;
  try {
    params[want.slice(1)] = decodeURIComponent(part);
  } catch {
    return false;
  }
  return part !== "";
}
