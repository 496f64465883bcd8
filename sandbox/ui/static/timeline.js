// A message's life as a drawing: what happened on a line that is drawn through, what is still to come on a broken one.

import { h, li, s } from "./dom.js";
import { glyph } from "./icons.js";
import { between, brief, full } from "./words.js";

const PLANNED = "planned";

/** What happened to a message and what will: `{word, at, past, note}` in order. */
function stations(message) {
  const happened = message.receipts.map((receipt) => ({ word: receipt.status, at: receipt.at, past: true, note: noted(receipt) }));
  const coming = message.planned.map((step) => ({
    word: step.status ?? "pending", at: step.at, past: false, note: step.held ? `waits for the rule “${step.held}” to end` : PLANNED,
  }));
  return [{ word: "accepted", at: message.accepted_at, past: true, note: "" }, ...happened, ...coming];
}

function noted(receipt) {
  const source = { hand: "by hand", operator: "by the operator" }[receipt.source] ?? "";
  const unmoved = receipt.moved ? "" : "told, but the status stays";
  return [source, unmoved, receipt.code && `code ${receipt.code}`].filter(Boolean).join(", ");
}

/** The drawing, with the same in words for those who do not see it. */
export function timeline(message, now) {
  const all = stations(message);
  const seat = (index) => `${((index + 0.5) / all.length) * 100}%`;
  const tracks = all.slice(1).map((station, index) =>
    s("line", { class: station.past ? "track" : "track coming", x1: seat(index), x2: seat(index + 1), y1: 34, y2: 34 }));
  const lengths = all.slice(1).map((station, index) =>
    s("text", { x: `${((index + 1) / all.length) * 100}%`, y: 24 }, station.at ? between(all[index].at, station.at) : "?"));
  const marks = all.map((station, index) =>
    s("svg", { x: seat(index), y: 34, overflow: "visible" }, s("g", `is-${station.word}${station.past ? "" : " coming"}`,
      s("circle", { class: "halo", r: 13 }), glyph(station.word, 18), s("text", { class: "word", y: 32 }, station.word),
      s("text", { y: 49 }, station.at ? brief(station.at, now) : "not yet known"),
      station.past ? null : s("text", { y: 65 }, station.at ? `in ${between(now, station.at)}` : ""))));
  const drawing = s("svg", { class: "timeline", "aria-hidden": "true", focusable: "false" }, tracks, lengths, marks);
  drawing.style.minWidth = `${all.length * 6.5}rem`;
  return h("div", { class: "timeline-box", tabindex: "0", role: "group", "aria-label": "Timeline" }, drawing,
    h("ol", "unseen", all.map(spoken)), h("ul", { class: "notes", "aria-hidden": "true" }, remarks(all).map((remark) => li(remark))));
}

/** What the drawing does not show, each once; those who hear the page have it of each station. */
const remarks = (all) => [...new Set(all.filter(({ note }) => note && note !== PLANNED).map(({ word, note }) => `${word}: ${note}`))];

const spoken = (station) => li([station.word, station.at && full(station.at), station.note].filter(Boolean).join(", "));
