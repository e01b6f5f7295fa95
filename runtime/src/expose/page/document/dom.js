// Elements. Texts reach the document as text alone: nothing here, or in a file after it, reads HTML.

const byId = (id) => document.getElementById(id);

// make("button", { class: "link", on: { click } }, "text", element, …)
function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

// Only where it differs: a screen reader and the browser's layout are left alone.
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

function setHidden(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}

function setClass(element, name, on) {
  if (element.classList.contains(name) !== on) element.classList.toggle(name, on);
}

// A text of others, apart from the direction of the text around it.
const foreign = (text, most = 200, attributes = {}) => make("bdi", attributes, visible(text, most));

// The same, with a button that shows the rest.
function long(text, most = 400) {
  const all = typeof text === "string" ? text : String(text ?? "");
  if (all.length <= most) return foreign(all, most);
  const start = foreign(all, most);
  const button = make("button", { type: "button", class: "more" }, `show all ${number(all.length)} characters`);
  const holder = make("span", {}, start, " ", button);
  button.addEventListener("click", () => {
    const whole = make("pre", { class: "whole", tabindex: "0", role: "group", "aria-label": "The whole text" }, foreign(all, Infinity));
    holder.replaceChildren(whole);
    whole.focus();
  });
  return holder;
}

function facts(pairs, list = make("dl", { class: "facts" })) {
  list.replaceChildren(
    ...pairs.filter(Boolean).map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))),
  );
  return list;
}

function copyable(text) {
  const button = make("button", { type: "button", class: "more" }, "copy");
  button.setAttribute("aria-label", `copy ${visible(text, 60)}`);
  button.addEventListener("click", async () => {
    await copy(String(text));
    button.textContent = "copied";
    announce("Copied");
  });
  return make("span", { class: "id" }, foreign(text, 100, { class: "code" }), " ", button);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without a secure context there is only the older way.
    const area = make("textarea", { class: "unseen", readonly: true });
    area.value = text;
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

// Says to a screen reader what changed; the same text is not said twice in a row.
function announce(text) {
  setText(byId("announce"), text);
}

// Makes the children of `parent` those of `items`, in their order. An item's element stays the same for as long as its key
// does, so that focus and selection stay where they are.
function keyed(parent, items, key, create, update) {
  const old = parent.keyed ?? new Map();
  const now = new Map();
  let before = parent.firstElementChild;
  for (const item of items) {
    const name = key(item);
    if (now.has(name)) continue;
    const element = old.get(name) ?? create(item);
    now.set(name, element);
    update?.(element, item);
    if (element === before) before = before.nextElementSibling;
    else parent.insertBefore(element, before);
  }
  for (const [name, element] of old) if (!now.has(name)) element.remove();
  parent.keyed = now;
}
