// Line drawings on a grid of 16, so that a state is told by shape as well as by word and colour.

import { s } from "./dom.js";

const LINES = {
  inbox: "M2.5 9.5 4 3.5h8l1.5 6v3h-11zM2.5 9.5h3l1 1.5h3l1-1.5h3",
  conversations: "M2.5 3h8v5.5h-4l-2.5 2v-2h-1.5zM12.5 6h1v5.5h-1.5v2l-2.5-2h-3",
  requests: "M2.5 5h10m-2.5-2.5L12.5 5 10 7.5M13.5 11h-10M6 8.5 3.5 11 6 13.5",
  scenario: "M4 2.5h6L12.5 5v8.5H4zM6 6.5h4M6 9h4M6 11.5h2.5",
  clock: "M8 2.5a5.5 5.5 0 1 0 .01 0M8 5v3.2l2 1.8",
  send: "M2.5 8 13.5 2.8 10.5 13.2 7.8 8.8zM7.8 8.8l5.7-6",
  report: "M3 13.5V9M6.5 13.5v-8M10 13.5V7M13.5 13.5v-11",
  copy: "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z",
  back: "M13 8H3.5M7.5 4l-4 4 4 4",
  link: "M6.5 9.5l3-3M7 5l1.5-1.5a2.5 2.5 0 0 1 4 4L11 9M9 11l-1.5 1.5a2.5 2.5 0 0 1-4-4L5 7",
  search: "M7 3a4 4 0 1 0 .01 0M10 10l3.5 3.5",
};

const STATES = {
  queued: ["M8 2.7a5.3 5.3 0 1 0 .01 0", "dashed"],
  sent: ["M2.5 8h10M8.5 4l4 4-4 4", ""],
  delivered: ["M8 2a6 6 0 1 0 .01 0", "full", "M5.2 8.2 7.2 10.2 10.9 6"],
  accepted: ["M3 8.5 6.5 12 13 4.5", ""],
  read: ["M1.5 8.5 4.5 11.5 10 5M7 10.5 8.2 11.5 14 5", ""],
  undelivered: ["M5 2h6l3 3v6l-3 3H5l-3-3V5z", "full", "M5.8 5.8l4.4 4.4M10.2 5.8 5.8 10.2"],
  expired: ["M4 2.5h8M4 13.5h8M4.8 2.5v2.3L8 8l3.2-3.2V2.5M4.8 13.5v-2.3L8 8l3.2 3.2v2.3", ""],
  rejected: ["M8 2.7a5.3 5.3 0 1 0 .01 0M4.3 11.7l7.4-7.4", ""],
  faulted: ["M9 1.8 3.5 9H8l-1 5.2L12.5 7H8z", ""],
  received: ["M13.5 8h-10M7.5 4l-4 4 4 4", ""],
  clicked: ["M4.5 2.5v9.5L7 9.5l1.5 4 1.5-.6-1.5-3.9H12z", ""],
};

Object.assign(STATES, { acknowledged: STATES.delivered, failed: STATES.undelivered, blocked: STATES.rejected, pending: STATES.queued });

const canvas = (kind, ...shapes) => s("svg", { class: `icon ${kind}`, viewBox: "0 0 16 16", "aria-hidden": "true" }, ...shapes);

export const icon = (name) => canvas("line", s("path", { d: LINES[name] }));

function traced(state) {
  const [outline, kind, mark] = STATES[state] ?? STATES.queued;
  return [`state ${kind}`, s("path", { d: outline }), mark && s("path", { class: "mark", d: mark })];
}

/** The shape of a state. */
export const shape = (state) => canvas(...traced(state));

/** The same inside another drawing, `size` wide with its centre at 0, 0. */
export function glyph(state, size) {
  const [kind, ...paths] = traced(state);
  return s("g", { class: `icon ${kind}`, transform: `scale(${size / 16}) translate(-8 -8)` }, paths);
}
