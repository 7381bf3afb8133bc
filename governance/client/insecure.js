// A plain page under http offers the field page without promising what a browser gives only to https.
if (!globalThis.isSecureContext) {
  for (const one of document.querySelectorAll("[data-insecure]")) {
    one.textContent = one.dataset.insecure;
    one.hidden = false;
  }
}
