// A text area that knows its lines: numbers beside them, and marks where something is wrong.

import { attribute, fill, h } from "./dom.js";

export function editor({ label, changed }) {
  const numbers = h("div", { class: "numbers", "aria-hidden": "true" });
  const area = h("textarea", { "aria-label": label, spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off", rows: "24", id: "source" });
  const element = h("div", "editor", numbers, area);
  let marks = new Map();
  let drawn = "";

  function draw() {
    const count = area.value.split("\n").length;
    const key = `${count} ${[...marks].join()}`;
    if (key === drawn) return;
    drawn = key;
    fill(numbers, Array.from({ length: count }, (_, index) => h("span", { class: marks.get(index + 1) ?? null }, index + 1)));
    follow();
  }

  const follow = () => {
    numbers.scrollTop = area.scrollTop;
  };
  area.addEventListener("input", () => {
    draw();
    changed();
  });
  area.addEventListener("scroll", follow);

  return {
    element,
    get value() {
      return area.value;
    },
    set(text) {
      area.value = text;
      marks = new Map();
      attribute(area, "aria-invalid", false);
      draw();
      changed();
    },
    /** Marks the lines of errors. */
    blame(errors) {
      marks = new Map(errors.filter((error) => error.line).map((error) => [error.line, "is-wrong"]));
      attribute(area, "aria-invalid", marks.size > 0 && "true");
      draw();
    },
    warn(warnings) {
      for (const { line } of warnings) if (line && !marks.has(line)) marks.set(line, "is-doubtful");
      draw();
    },
    /** Puts the caret there, both from 1. */
    go(line, column) {
      const start = area.value.split("\n").slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
      area.focus();
      area.setSelectionRange(start + column - 1, start + column);
      area.scrollTop = Math.max(0, (line - 6) * parseFloat(getComputedStyle(area).lineHeight));
      follow();
    },
  };
}
