// Shows a button that opens the browser's print dialogue; without it, Ctrl+P does the same.
const button = document.querySelector("[data-print]");
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
