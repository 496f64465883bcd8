// The keyboard: one key for what is done often, `g` and a key to go somewhere. Typing in a field is left alone.

import { $, dialog, h } from "./dom.js";

const typing = (node) => node.closest?.("input, textarea, select, [contenteditable]");

/** `bind(current)` hears keys; `current()` gives the open view's own: {j() {…}}. */
export function bind(current, everywhere, places) {
  let going = -Infinity;
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
    if (typing(event.target)) {
      if (event.key === "Escape") {
        event.preventDefault(); // which would clear a search
        event.target.blur();
      }
      return;
    }
    if (performance.now() - going < 1500 && places[event.key]) {
      going = -Infinity;
      event.preventDefault();
      location.hash = `#/${places[event.key]}`;
      return;
    }
    going = event.key === "g" ? performance.now() : -Infinity;
    const act = current()[event.key] ?? everywhere[event.key];
    if (!act) return;
    event.preventDefault();
    act(event);
  });
}

const SAID = [
  ["j k", "Next, previous in the list"],
  ["Enter", "Open it"],
  ["Esc", "Close it; leave a field"],
  ["/", "Search"],
  ["c", "Copy the one-time code"],
  ["t", "To the top, to what is new"],
  ["g i", "Inbox"],
  ["g c", "Conversations"],
  ["g r", "Requests"],
  ["g s", "Scenario"],
  ["g t", "Clock (time)"],
  ["g n", "Send (new)"],
  ["g p", "Report (proof)"],
  ["?", "This list"],
];

const line = ([keys, what]) => h("div", {}, h("dt", {}, keys.split(" ").map((key) => h("kbd", {}, key))), h("dd", {}, what));

export const help = () => dialog("Keys", { kind: "help" }, h("dl", {}, SAID.map(line)), h("button", {}, "Close"));
