// A server of the phone's contract that can misbehave. `on(path, fn)` changes how it answers.
export function makeFakeServer(owner, time) {
  const handlers = new Map();
  const server = {
    online: true,
    signedIn: true,
    officer: owner,
    token: "t1",
    time,
    asked: [],
    recorded: new Map(), // id -> how often it took effect
    photos: new Map(),
    on: (path, fn) => handlers.set(path, fn),
    off: (path) => handlers.delete(path),
    reply: (status, json = null, headers = {}) =>
      new Response(status === 304 ? null : JSON.stringify(json), {
        status,
        headers: { Date: new Date(server.time()).toUTCString(), ...headers },
      }),
    async fetch(path, options = {}) {
      const body = typeof options.body === "string" ? JSON.parse(options.body) : options.body;
      server.asked.push({ path, method: options.method || "GET", body, headers: options.headers });
      if (!server.online) throw new TypeError("no network");
      const usual = () => usualAnswer(server, path, options, body);
      const own = [...handlers.keys()].find((start) => path.startsWith(start));
      const told = own && (await handlers.get(own)(body, { path, options, usual }));
      return told || usual();
    },
    posts: (path = "/officer/sync") =>
      server.asked.filter((one) => one.path === path).map((one) => one.body.items.map((item) => item.id)),
  };
  return server;
}

function usualAnswer(server, path, { method = "GET", headers = {} }, body) {
  const { reply } = server;
  if (!server.signedIn) return reply(401, { error: { code: "unauthorized", message: "请先登录。" } });
  const tag = headers["If-None-Match"];
  if (path === "/officer/field.json") return tag === "f" ? reply(304) : reply(200, extrasOf(server), { ETag: "f" });
  if (path === "/officer/pack.json") return tag === "p" ? reply(304) : reply(200, PACK, { ETag: "p" });
  if (method !== "GET" && headers["X-CSRFToken"] !== server.token) {
    return reply(400, { error: { code: "stale_form", message: "旧" } });
  }
  if (!path.startsWith("/officer/photos/"))
    return reply(200, { results: body.items.map((item) => take(server, item)) });
  const fresh = !server.photos.has(path);
  server.photos.set(path, body);
  return reply(fresh ? 201 : 200, { id: path });
}

const PACK = { households: [], rules: [] };
const extrasOf = ({ officer, token, time }) => ({
  officer: { id: officer, name: "张" },
  csrf: token,
  server_time: new Date(time()).toISOString(),
});

// An item takes effect once, however often it comes.
function take({ recorded }, { id }) {
  const known = recorded.has(id);
  if (!known) recorded.set(id, 1);
  return { id, outcome: known ? "already" : "recorded", state: "booked", points: 5, standing: 5, spendable: 5 };
}
