// The space's clock: how it runs, and a way to let time pass now.

import { get, post, put } from "../api.js";
import { b, button, coalesce, dim, fill, form, h, hint, mono, say } from "../dom.js";
import * as live from "../live.js";
import { busy, guarded, section, status, title, toMessage } from "../parts.js";
import { ask, changed, manner, now, set, state } from "../ticker.js";
import { between, brief, full, plural, time } from "../words.js";

const MODES = [["real", "Real", "as fast as time passes"], ["scaled", "Scaled", "faster, or slower"], ["manual", "Manual", "only when told"]];
const STEPS = [["+1 min", { by: "1m" }], ["+1 h", { by: "1h" }], ["+72 h", { by: "72h" }], ["until idle", { until: "idle" }]];

export function open(main) {
  const face = h("p", "big-clock");
  const day = h("p", "dim");
  const due = h("p", "due");
  const problem = h("div");
  const fired = h("div", { "aria-live": "polite" });
  const speed = h("input", { type: "number", id: "speed", min: "0.001", step: "any", value: "60", "aria-label": "Sandbox seconds in a real second" });
  const modes = h("fieldset", "modes", h("legend", {}, "How it runs"),
    MODES.map(([mode, name, means]) => h("label", {}, h("input", { type: "radio", name: "mode", value: mode, on: { change: run } }), h("span", {}, b(name), " ", dim(means)))),
    h("label", "speed", "Speed ", speed, "×"));
  speed.addEventListener("change", () => state().mode === "scaled" && run());
  const by = h("input", { type: "text", id: "by", placeholder: "90s, 2h, 3d", "aria-label": "Length of time", size: "8" });
  const buttons = STEPS.map(([text, wish]) => button(text, (event) => advance(event.target, wish), { class: "step" }));
  const other = form("inline", ({ submitter }) => by.value.trim() && advance(submitter, { by: by.value.trim() }), by, h("button", {}, "Advance"));
  fill(main, h("div", "page", title("Clock"),
    h("div", "clockwork",
      h("section", { class: "part face-box", "aria-label": "The time in this space" }, face, day, due),
      section(null, modes)),
    section("Let time pass",
      hint("Everything due on the way happens in order, with its posts and retries, and is shown when it has settled. “Until idle” goes on until nothing is pending."),
      h("div", "buttons", buttons, other)),
    problem, fired));

  function draw() {
    const at = now();
    const { pending, next_due: next } = state();
    face.textContent = time(at);
    day.textContent = `${full(at).replace(/,? [\d:]+ UTC$/, "")} · UTC · ${manner(state())}`;
    const following = next ? `the next ${next > at ? `in ${between(at, next)}` : "now"}` : "held until a rule ends";
    due.textContent = pending ? `${plural(pending, "step")} pending, ${following}` : "Nothing is pending.";
  }

  function moded() {
    const { mode, speed: pace } = state();
    for (const radio of modes.querySelectorAll("[name=mode]")) radio.checked = radio.value === mode;
    if (mode === "scaled" && document.activeElement !== speed) speed.value = pace;
    modes.dataset.mode = mode;
    draw();
  }

  async function run() {
    const mode = modes.querySelector("[name=mode]:checked").value;
    await guarded(problem, async () => set(await put("/clock", mode === "scaled" ? { mode, speed: Number(speed.value) } : { mode })));
    moded();
  }

  const advance = (button, wish) => busy(button, () => guarded(problem, async () => {
    const before = now();
    const walk = await post("/clock/advance", wish);
    fill(fired, shown(before, walk));
    say(`Advanced to ${time(walk.now)}. ${plural(walk.fired.length, "thing")} happened.`, { shown: false });
    await ask();
  }));

  const soon = coalesce(ask, 400);
  const undo = [changed(moded), live.on({ again: () => guarded(problem, () => get("/clock").then(set)), "message receipt callback": soon })];
  const beat = setInterval(draw, 500);
  moded();
  ask();
  return {
    close() {
      clearInterval(beat);
      undo.forEach((each) => each());
    },
  };
}

const MOST = 500;

/** What happened on the way, in order. */
function shown(before, { now: at, fired, pending, settled }) {
  return section(fired.length ? `${plural(fired.length, "thing")} happened` : "Nothing happened",
    hint(`From ${full(before)} to ${full(at)}. `, pending ? `${plural(pending, "step")} still pending.` : "Nothing is pending.", settled ? "" : " It ran out of time before it had settled."),
    fired.length > 0 && h("table", {}, h("thead", {}, h("tr", {}, ["At", "What", "Status", "Outcome", "Message"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, fired.slice(0, MOST).map((each) => h("tr", {},
        h("td", {}, brief(each.at, at)), h("td", {}, each.kind === "receipt" ? "receipt" : "post"), h("td", {}, status(each.status)),
        h("td", {}, each.kind === "receipt" ? (each.outcome === "moved" ? "status moved" : "status stays") : status(each.outcome)),
        h("td", {}, each.message && toMessage(each.message, mono(each.message.slice(0, 8)))))))),
    fired.length > MOST && hint(`The first ${MOST} are shown.`));
}
