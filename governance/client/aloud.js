// Reads the marked text of the page aloud, where the phone can. The button shows only then.
// A row without words of its own is read by what its parts begin with: day, reason, points.
const words = (part) =>
  part.dataset.say || [...part.children].map((one) => one.firstChild.textContent.replace("−", "-")).join("，");
const button = document.querySelector("[data-aloud]");
if (button && "speechSynthesis" in window) {
  button.hidden = false;
  button.addEventListener("click", () => {
    if (speechSynthesis.speaking) {
      speechSynthesis.cancel();
      return;
    }
    const text = [...document.querySelectorAll("[data-say]")].map(words).join("。");
    const voice = new SpeechSynthesisUtterance(text);
    voice.lang = document.documentElement.lang;
    voice.rate = 0.85;
    speechSynthesis.speak(voice);
  });
}
