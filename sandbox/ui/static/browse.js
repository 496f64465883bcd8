// A list, and beside it what is open of it: the frame of the views that are gone through one by one.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { go, to } from "./router.js";

export function frame(name, ...parts) {
  const pane = h("div", "pane");
  return { pane, root: h("div", "split", h("div", "master", h("h1", "unseen", name), ...parts), pane) };
}

/** The way back from what is open to the list. */
export const closer = (back) => h("a", { class: "closer", href: back, "aria-label": "Close" }, icon("back"));

/** `list()` and `route()` as they are now; `show(id, back)` fills the pane and gives what ends that. */
export function browse({ view, root, pane, list, route, show }) {
  let open = null;
  const href = (id) => to(view, id ? [id] : [], route().query);

  function close() {
    open?.end();
    open = null;
  }

  function place() {
    const [id] = route().parts;
    root.classList.toggle("is-open", Boolean(id));
    list().choose(id ?? list().current);
    if (open?.id === id) return;
    close();
    if (id) open = { id, end: show(id, href()) };
    else pane.replaceChildren();
  }

  function step(by) {
    const id = list().step(by);
    if (id && open) go(href(id), { replace: true });
  }

  function leave() {
    if (!open) return;
    go(href());
    list().focus();
  }

  return { place, close, href, keys: { j: () => step(1), k: () => step(-1), t: () => list().top(), Escape: leave } };
}
