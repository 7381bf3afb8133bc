// Making elements: el("p", {class: "notice"}, "text", node). What is data becomes text, never markup.
export function el(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) set(node, name, value);
  add(node, children);
  return node;
}

function set(node, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "dataset") Object.assign(node.dataset, value);
  else if (name === "value") node.value = value;
  else node.setAttribute(name === "className" ? "class" : name, value === true ? "" : value);
}

// Add children: nodes, texts, numbers, lists of these; null and false are nothing.
export function add(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== undefined && child !== null && child !== false && child !== true) node.append(child);
  }
  return node;
}

// Show these instead of what was there.
export function show(node, ...children) {
  node.textContent = ""; // replaceChildren() came with Chromium 86
  return add(node, children);
}
