// What the sandbox plays: pick, read with live hit counts, edit in place, apply.

import { call, get, put } from "../api.js";
import { b, button, coalesce, dim, fill, form, h, li, p, say } from "../dom.js";
import { editor } from "../editor.js";
import * as live from "../live.js";
import { alarm, busy, guarded, section, select, title } from "../parts.js";
import { number, plural } from "../words.js";

export function open(main, first) {
  let active = null;
  let wanted = first.query.rule;
  const problem = h("div");
  const picker = h("div", "picker");
  const rules = h("ol", "rules");
  const about = h("p", "lead");
  const draft = editor({ label: "Scenario, in YAML", changed: () => { apply.disabled = !touched(); undone.disabled = !touched(); } });
  const apply = h("button", { class: "primary", disabled: true, title: "Ctrl+Enter" }, "Apply");
  const undone = button("Discard changes", discard, { disabled: true });
  const edit = form("part", submitted, draft.element, h("div", "buttons", apply, undone, h("span", "hint", "Ctrl+Enter applies. Applying zeroes the counters and keeps messages.")));
  draft.element.addEventListener("keydown", (event) => (event.ctrlKey || event.metaKey) && event.key === "Enter" && edit.requestSubmit());
  fill(main, h("div", "page wide", title("Scenario", picker), about, problem, h("div", "two",
    section("Rules, first match wins", rules),
    section("Source", edit))));

  function discard() {
    draft.set(active.source);
    fill(problem);
  }

  const touched = () => active !== null && draft.value !== active.source;

  function show(scenario) {
    const kept = touched();
    active = scenario;
    about.textContent = `${scenario.name}: ${scenario.description || "no description"}`;
    if (!kept) draft.set(scenario.source);
    draft.warn(scenario.warnings ?? []);
    counted(scenario);
  }

  function counted(scenario) {
    const most = Math.max(1, ...scenario.rules.map((rule) => rule.hits));
    fill(rules, scenario.rules.length ? scenario.rules.map((rule) => told(rule, most)) : h("li", "hint", "No rules: everything is accepted and delivered."));
    if (wanted) {
      const found = [...rules.children].find((item) => item.dataset.rule === wanted);
      found?.classList.add("is-wanted");
      found?.scrollIntoView({ block: "center" });
      wanted = null;
    }
  }

  const load = () => guarded(problem, async () => show(await get("/scenario")));

  async function shelf() {
    const { items } = await get("/scenarios");
    const chosen = (name) => guarded(problem, async () => {
      const scenario = await put("/scenario", { name });
      active = null;
      show(scenario);
      say(`Now playing: ${name}`);
    });
    fill(picker, select("Pick a scenario", [["", "Pick another…"], ...items.map(({ name, description }) => [name, description ? `${name}: ${description}` : name])], "", chosen));
  }

  async function submitted() {
    await busy(apply, async () => {
      try {
        const scenario = await call("PUT", "/scenario", { text: draft.value, type: "application/yaml" });
        active = null;
        show(scenario);
        fill(problem);
        draft.blame([]);
        say(`Applied: ${scenario.name}, ${plural(scenario.rules.length, "rule")}.`);
      } catch (trouble) {
        if (!trouble.errors?.length) throw trouble;
        draft.blame(trouble.errors);
        fill(problem, refused(trouble, draft));
      }
    });
    apply.disabled = !touched();
  }

  const again = coalesce(async () => {
    const scenario = await get("/scenario");
    if (active && scenario.generation !== active.generation) show(scenario);
    else counted(Object.assign(active ?? scenario, { rules: scenario.rules }));
  }, 250);
  const close = live.on({ "request scenario reset again": again, scenario: shelf });
  load();
  shelf();
  return {
    go(route) {
      wanted = route.query.rule;
      if (active) counted(active);
    },
    close,
  };
}

/** One rule in words, and how often it decided. */
function told(rule, most) {
  const { name, hits, when, ...rest } = rule;
  const bar = h("span", { class: "hits-bar", "aria-hidden": "true" });
  bar.style.inlineSize = `${(hits / most) * 100}%`;
  return h("li", { "data-rule": name, class: hits ? "hit" : "" },
    h("span", "hits", b(number(hits)), " ", hits === 1 ? "hit" : "hits", bar),
    h("b", "rule-name", name),
    h("span", "when", dim("when "), when ? terse(when) : "always"),
    Object.keys(rest).length > 0 && h("span", "then", Object.entries(rest).map(([key, value]) => [dim(` ${key} `), terse(value)])));
}

/** A value as people write it in a scenario. */
function terse(value) {
  if (Array.isArray(value)) return value.map(terse).join(", then ");
  if (value !== null && typeof value === "object") return Object.entries(value).map(([key, each]) => `${key} ${Array.isArray(each) ? each.map(terse).join(" or ") : terse(each)}`).join(", ");
  return String(value);
}

function refused(trouble, draft) {
  return alarm(p(h("strong", {}, "Not applied: "), plural(trouble.errors.length, "error"), ". What was playing goes on."),
    h("ul", {}, trouble.errors.map(({ line, column, detail }) =>
      li(line && button(`line ${line}, column ${column}`, () => draft.go(line, column), { class: "place" }), " ", detail))));
}
