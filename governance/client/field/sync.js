// Sends what waits. (Being built.)
export function makeSync({ store, online = () => navigator.onLine }) {
  const heard = new Set();
  return {
    start() {},
    async sendNow() {},
    state: () => ({ name: online() ? "idle" : "offline", items: 0, photos: 0, refused: 0, oldest: null, message: "" }),
    subscribe(fn) { heard.add(fn); return () => heard.delete(fn); },
    store,
  };
}
