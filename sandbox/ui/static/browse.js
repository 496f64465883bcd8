// A list, and beside it what is open of it: the frame of the views that are gone through one by one.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { fault } from "./parts.js";
import { go, to } from "./router.js";

export function frame(name, ...parts) {
  const pane = h("div", "pane");
  return { pane, root: h("div", "split", h("div", "master", h("h1", "unseen", name), parts), pane) };
}

/** The way back from what is open to the list. */
const closer = (back) => h("a", { class: "closer", href: back, "aria-label": "Close" }, icon("back"));

/** The head of what is open. */
export const head = (back, name, ...more) => h("header", "title", closer(back), h("h1", {}, name), more);

/** What is shown instead of what could not be opened. */
export const unopened = (back, problem, ...more) => h("div", "message", closer(back), fault(problem), more);

/** `list()` as it is now; `show(id, back)` fills the pane and gives what ends that; `asked` is told of another query. */
export function browse({ view, route, root, pane, list, show, asked }) {
  let open = null;
  const href = (id) => to(view, id ? [id] : [], route.query);

  function end() {
    open?.end();
    open = null;
  }

  function place(next) {
    const same = JSON.stringify(route.query) === JSON.stringify(next.query);
    route = next;
    if (!same) asked();
    const [id] = route.parts;
    root.classList.toggle("is-open", Boolean(id));
    list().choose(id ?? list().current);
    if (open?.id === id) return;
    end();
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

  function close() {
    end();
    list().close();
  }

  return {
    place, close, href,
    get query() {
      return route.query;
    },
    /** Whether `id` is what is open. */
    has: (id) => open?.id === id,
    /** Asks for something else than now, leaving no trace in the history. */
    narrow: (change) => go(to(view, [], { ...route.query, ...change }), { replace: true }),
    keys: { j: () => step(1), k: () => step(-1), t: () => list().top(), Escape: leave },
  };
}
