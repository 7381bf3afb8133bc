// Asking the browser not to clear by itself what waits (iOS would, after seven days without use).
let asked = null;

// Asked once a page; false where it does not promise.
export function askToKeep() {
  asked = asked || answer("persist");
  return asked;
}

export const isKept = () => answer("persisted");

async function answer(question) {
  try {
    return Boolean(await navigator.storage[question]());
  } catch {
    return false; // not here: an old browser, or a page without https
  }
}
