// Elements by hand. What others wrote reaches the page as text nodes and checked attributes, never as markup.

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "indeterminate"]);

/** `h("p", {class: "hint", on: {click}}, "text", node, [more], null)`; a class alone: `h("p", "hint", "text")` */
export const h = (name, props, ...children) => build(document.createElement(name), props, children);

/** The same for SVG. */
export const s = (name, props, ...children) => build(document.createElementNS(SVG, name), props, children);

function build(node, props, children) {
  for (const [key, value] of Object.entries(typeof props === "string" ? { class: props } : props ?? {})) {
    if (absent(value)) continue;
    if (key === "on") for (const [type, heard] of Object.entries(value)) node.addEventListener(type, heard);
    else if (PROPERTIES.has(key)) node[key] = value;
    else if (key.startsWith("on") || key === "style") throw new Error(`${key} is no attribute for this page`);
    else attribute(node, key, value);
  }
  node.append(...flat(children));
  return node;
}

const absent = (value) => value === null || value === undefined || value === false;

const flat = (children) => children.flat(Infinity).filter((child) => !absent(child));

/** Gives an attribute its value; without one it goes. */
export function attribute(node, name, value) {
  if (absent(value)) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : value);
}

/** A button that is no form's: `click` is told of it. */
export const button = (said, click, props) => h("button", { type: "button", ...props, on: { click } }, said);

/** A form that is sent nowhere: `submitted` is told of it. */
export function form(props, submitted, ...children) {
  const submit = (event) => {
    event.preventDefault();
    submitted(event);
  };
  return h("form", { ...(typeof props === "string" ? { class: props } : props), on: { submit } }, children);
}

export const link = (href, ...said) => h("a", { href }, said);
export const p = (...said) => h("p", {}, said);
export const li = (...said) => h("li", {}, said);
export const b = (...said) => h("b", {}, said);
export const mono = (...said) => h("code", {}, said);
export const dim = (...said) => h("span", "dim", said);
export const hint = (...said) => h("p", "hint", said);
export const notice = (...said) => h("p", "notice", said);

/** Puts new children in the place of the old, keeping the focus where it was if what had it is still there by id. */
export function fill(node, ...children) {
  const focused = node.contains(document.activeElement) ? document.activeElement.id : "";
  node.replaceChildren(...flat(children));
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  return node;
}

export const $ = (selector, root = document) => root.querySelector(selector);

/** A form over the page, which goes when it is closed; `on` its events. */
export function dialog(title, { on = {}, kind } = {}, ...children) {
  const form = h("form", { method: "dialog", on }, h("h2", { id: "dialog" }, title), children);
  const node = h("dialog", { class: kind, "aria-labelledby": "dialog", on: { close: () => node.remove(), click: away } }, form);
  function away(event) {
    if (event.target === node) node.close();
  }
  document.body.append(node);
  node.showModal();
  return node;
}

/** Runs `work` soon, and once for all who asked in the meantime; never twice at a time. */
export function coalesce(work, pause = 120) {
  let running = false;
  let again = false;
  return async function run() {
    again = running;
    if (running) return;
    running = true;
    try {
      await work();
    } finally {
      setTimeout(() => {
        running = false;
        if (again) run();
      }, pause);
    }
  };
}

/** Says something to people who hear the page, and shows it to those who see it if `shown`. */
export function say(text, { shown = true, bad = false } = {}) {
  const region = $("#announce");
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
  if (!shown) return;
  const toast = h("p", { class: bad ? "toast bad" : "toast" }, text);
  $("#toasts").append(toast);
  setTimeout(() => toast.remove(), bad ? 8000 : 3500);
}
