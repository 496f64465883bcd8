// The space's clock as it runs: asked once, told of changes, counted on in between.

import { get } from "./api.js";
import { coalesce, h } from "./dom.js";
import * as live from "./live.js";
import { full, time } from "./words.js";

let clock = { mode: "real", speed: 1, now: new Date().toISOString(), pending: 0, next_due: null };
let asked = performance.now();
const told = new Set();

/** The instant that the space's clock shows now, ISO 8601. */
export function now() {
  const passed = (performance.now() - asked) * clock.speed;
  return new Date(Math.min(Date.parse(clock.now) + passed, 8.64e15)).toISOString();
}

export const state = () => clock;

/** What the server said of the clock. */
export function set(answer) {
  clock = { ...clock, ...answer };
  asked = performance.now();
  for (const each of told) each(clock);
}

/** Goes on as it went where nobody answers: what is wrong, the views tell. */
export const ask = coalesce(() => get("/clock").then(set, () => {}), 200);

/** Hear of changes; returns its undoing. */
export function changed(heard) {
  told.add(heard);
  return () => told.delete(heard);
}

/** How the clock runs, in words. */
export const manner = ({ mode, speed }) => (mode === "scaled" ? `${speed}× speed` : mode === "manual" ? "stands still" : "real time");

/** The clock in the rail. */
export function ticking() {
  const face = h("time", "face", "--:--:--");
  const mode = h("span", "dim");
  const draw = () => {
    const at = now();
    face.textContent = time(at);
    face.title = full(at);
    face.dateTime = at;
  };
  changed((state) => {
    mode.textContent = manner(state);
    draw();
  });
  setInterval(() => clock.speed && draw(), 1000);
  live.on({ "clock again reset": ask });
  ask();
  return h("a", { class: "ticker", href: "#/clock", "aria-label": "The space’s clock" }, face, mode);
}
