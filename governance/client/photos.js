// Photos that are chosen on a plain page are made small before they are sent; the form waits for them.
// Without this script the server takes them as they are.
import { shrink } from "./field/photo.js";

for (const input of document.querySelectorAll("input[type=file][accept='image/*']")) watch(input);

function watch(input) {
  const said = document.createElement("p");
  said.className = "error";
  said.setAttribute("role", "alert");
  said.hidden = true;
  input.before(said);
  let working = null;
  let pressed = null;
  const work = async () => {
    const mine = small(input, said);
    working = mine;
    const well = await mine;
    if (working !== mine) return; // another one was chosen
    working = null;
    if (pressed && well) pressed.click();
    pressed = null;
  };
  input.addEventListener("change", work);
  input.form.addEventListener("submit", (event) => {
    if (!working) return;
    event.preventDefault();
    pressed = event.submitter || [...input.form.elements].find((one) => one.type === "submit");
  });
  if (input.files[0]) work(); // chosen before the script had come
}

// The small one in the place of what was chosen. False: it is too large, for us and for the server.
async function small(input, said) {
  const [file] = input.files;
  said.hidden = true;
  if (!file) return true;
  try {
    const picture = await shrink(file);
    if (picture.size < file.size && input.files[0] === file) {
      const bag = new DataTransfer();
      bag.items.add(new File([picture], "photo.jpg", { type: picture.type }));
      input.files = bag.files;
    }
  } catch (fault) {
    if (fault.code !== "photo_too_large") return true; // what else is wrong with it, the server says
    input.value = "";
    said.textContent = input.dataset.tooLarge;
    said.hidden = false;
    return false;
  }
  return true;
}
