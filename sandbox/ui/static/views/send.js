// A call to a provider from here: a form made from its OpenAPI document, and the exchange as it went over the wire.

import { get, once, prefix, providers } from "../api.js";
import { b, fill, form, h, hint, mono, p } from "../dom.js";
import { command, entry, exchange, facts, guarded, loading, section, select, tabs, title, titled, toMessage, toRule, typed, wire } from "../parts.js";
import { go, search, to } from "../router.js";
import * as schemas from "../schema.js";
import { length, quoted } from "../words.js";

/** In the range that is kept for fiction. */
const FICTIONAL = "+447700900901";
const KEPT = new Map();

export function open(main, first) {
  const problem = h("div");
  const picker = h("div", "bare");
  const left = h("div");
  const out = h("div", "sent");
  fill(main, h("div", "page wide", title("Send", picker), problem, h("div", "two", left, out)));

  const show = (route) => guarded(problem, async () => {
    const known = await providers();
    const chosen = known.find((each) => each.slug === route.parts[0]) ?? known.find((each) => each.slug === "namirial") ?? known[0];
    fill(picker, tabs("Provider", known.map((each) => [titled(each.slug), to("send", [each.slug]), each === chosen])));
    const document = await once(`/specs/${chosen.slug}/openapi.json`);
    const listed = schemas.operations(document).filter((each) => !(each.method === "GET" && each.path.includes("/r/")));
    const operation = listed.find((each) => each.key === route.query.op) ?? listed.find((each) => each.word === "send");
    const [answer, preview] = [h("div", { "aria-live": "polite" }), h("div")];
    fill(out, answer, section("This call with curl", preview));
    fill(left, await sheet({ provider: chosen, document, listed, operation, out: answer, preview }));
  });

  show(first);
  return { go: show };
}

/** One operation's form. */
async function sheet({ provider, document, listed, operation, out, preview }) {
  const values = { path: {}, query: {}, body: structuredClone(operation.examples[0] ?? {}) };
  if (operation.word === "send") schemas.address(document, operation.body, values.body, FICTIONAL);
  const login = { ...defaults(operation.security), ...KEPT.get(provider.slug) };
  const area = operation.body ? typed({ class: "mono", id: "body", rows: "8", "aria-label": "Body as it is sent" }, redraw) : null;
  const holder = h("div");
  const send = h("button", "primary", "Send");
  const stop = h("button", { type: "button", hidden: true }, "Stop waiting");

  function redraw() {
    fill(preview, command(curl(request()), "This call with curl"));
  }
  const write = () => {
    if (area) area.value = written(operation, values.body);
    redraw();
  };
  const draw = () => fill(holder, operation.body ? schemas.fields(document, operation.body, values.body, (body) => { values.body = body; write(); }) : null);
  const request = (token) => built({ provider, operation, values, login, body: area?.value, token });

  async function submitted() {
    KEPT.set(provider.slug, login);
    const stopper = new AbortController();
    stop.onclick = () => stopper.abort();
    [send.disabled, stop.hidden] = [true, false];
    fill(out, loading("Waiting for the answer…"));
    const token = operation.security.some((each) => each.scheme === "bearer") ? await bearer(provider, document, login) : null;
    fill(out, await told(request(token), stopper.signal));
    [send.disabled, stop.hidden] = [false, true];
  }

  const magic = operation.body && operation.word === "send" ? await magics(provider) : [];
  const pick = (number) => {
    if (!number) return;
    values.body = structuredClone(values.body);
    schemas.address(document, operation.body, values.body, number);
    draw();
    write();
  };
  draw();
  write();
  const choices = listed.map((each) => [each.key, each.name]);
  return form("part sheet", submitted,
    entry("Operation", select({ id: "operation" }, choices, operation.key, (op) => go(to("send", [provider.slug], { op })))),
    p(b(operation.method), " ", mono(provider.path + operation.path)),
    magic.length > 0 && h("div", "entry magic", h("label", {}, "Rehearse"), grouped(magic, pick), hint("Magic recipients of the scenario that is playing.")),
    credentials(operation.security, login, redraw), parameters(operation, values, redraw), holder,
    area && h("details", { class: "group", open: true }, h("summary", {}, "Body as it is sent"), hint("Made from the fields; change it by hand to send what no form would."), area),
    h("div", "buttons", send, stop));
}

// --- who calls ---

/** What a login is made of, by security scheme; without declared accounts any will do. */
const LOGINS = { basic: [["username", "app"], ["password", "secret"]], bearer: [["client_id", "app"], ["client_secret", "secret"]], apiKey: [["key", "key"]] };
const logins = (scheme) => LOGINS[scheme.scheme ?? scheme.type] ?? [];
const defaults = (security) => Object.fromEntries(security.flatMap(logins));

function credentials(security, login, changed) {
  const asked = security.flatMap((scheme) => logins(scheme).map(([name]) => [name, scheme]));
  if (!asked.length) return null;
  return h("details", "group", h("summary", {}, "Login"), hint("Where no account is declared any login passes, but what the scenario refuses."),
    asked.map(([name, scheme]) => entry(mono(scheme.type === "apiKey" ? scheme.name : name),
      typed({ id: `login-${name}`, value: login[name] }, (text) => { login[name] = text; changed(); }))));
}

/** A token of the provider's own token call, with this login. */
async function bearer(provider, document, { client_id, client_secret }) {
  const call = schemas.operations(document).find((each) => each.word === "token");
  const body = new URLSearchParams({ ...call.examples[0], client_id, client_secret });
  const answer = await fetch(prefix + provider.path + call.path, { method: call.method, credentials: "omit", body })
    .then((response) => response.json()).catch(() => ({}));
  return answer.token ?? "no-token-was-given";
}

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

function headers(security, login, token) {
  return Object.fromEntries(security.map((scheme) => {
    if (scheme.type === "apiKey") return [scheme.name, login.key];
    if (scheme.scheme === "bearer") return ["Authorization", `Bearer ${token ?? "$TOKEN"}`];
    return ["Authorization", `Basic ${base64(`${login.username}:${login.password}`)}`];
  }));
}

// --- what is sent ---

function parameters(operation, values, changed) {
  return operation.parameters.filter((each) => each.in === "path" || each.in === "query").map((each) =>
    entry(schemas.named(each.name, each.required),
      typed({ id: `parameter-${each.name}` }, (text) => { values[each.in][each.name] = text; changed(); }), schemas.note(each)));
}

const written = ({ type }, body) => (type === "application/x-www-form-urlencoded" ? String(new URLSearchParams(body)) : JSON.stringify(body, null, 2));

/** The call as `{method, url, headers, body}`. */
function built({ provider, operation, values, login, body, token }) {
  const path = operation.path.replace(/\{([^}]+)\}/g, (_, name) => encodeURIComponent(values.path[name] ?? ""));
  const url = `${location.origin}${prefix}${provider.path}${path}${search(values.query)}`;
  const given = { ...headers(operation.security, login, token), ...(operation.type ? { "Content-Type": operation.type } : {}) };
  return { method: operation.method, url, headers: given, body: operation.body ? body : undefined };
}

function curl({ method, url, headers: given, body }) {
  const lines = [`curl${method === "POST" && body !== undefined ? "" : ` -X ${method}`} ${quoted(url)}`];
  for (const [name, value] of Object.entries(given)) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (body !== undefined) lines.push(`-d ${quoted(body)}`);
  return lines.join(" \\\n  ");
}

async function told(asked, signal) {
  const { method, url } = asked;
  const begun = performance.now();
  const request = wire("Request", `${method} ${url.slice(location.origin.length)}`, asked);
  try {
    const response = await fetch(url, { ...asked, signal, credentials: "omit" });
    const answer = { headers: Object.fromEntries(response.headers), body: await response.text() };
    return section("On the wire", outcome(answer.headers),
      exchange(request, wire("Answer", `HTTP ${response.status} ${response.statusText}`, answer)),
      facts({ Took: length(performance.now() - begun) }));
  } catch (trouble) {
    const why = trouble.name === "AbortError" ? "You stopped waiting." : "The connection ended without a whole answer.";
    return section("On the wire", h("p", "notice bad", `${why} After ${length(performance.now() - begun)}. This is what your application would see.`), request);
  }
}

/** What the sandbox says of the call in its debug headers. */
function outcome(shown) {
  const ids = (shown["x-sandbox-message"] ?? "").split(",").filter(Boolean);
  const rule = shown["x-sandbox-rule"];
  return [
    ids.length > 0 && p("Stored: ", ids.slice(0, 5).map((id) => [toMessage(id, mono(id.slice(0, 13))), " "])),
    rule && p("Decided by the rule ", toRule(decodeURIComponent(rule)), "."),
  ];
}

// --- magic recipients ---

/** From the active scenario: [group, number, what it rehearses]. */
async function magics(provider) {
  const { rules } = await get("/scenario");
  const exact = rules.flatMap(({ name, when, respond }) => [when?.to].flat().filter((number) => /^\+[0-9]+$/.test(number ?? ""))
    .map((number) => [respond ? "Answers" : "Reports", number, name]));
  const digits = rules.find(({ respond }) => respond?.error === "last_three_digits");
  const stem = String([digits?.when?.to].flat()[0] ?? "").replace(/\*$/, "");
  const coded = digits ? provider.errors.filter((error) => error.number !== null && error.number !== undefined)
    .map((error) => ["Errors", stem + String(error.number).padStart(3, "0"), `${error.code} ${error.name}`]) : [];
  return [...exact, ...coded];
}

function grouped(magic, pick) {
  const groups = [...new Set(magic.map(([group]) => group))];
  return h("select", { "aria-label": "Magic recipient", on: { change: (event) => pick(event.target.value) } }, h("option", { value: "" }, "Any number: accepted and delivered"),
    groups.map((group) => h("optgroup", { label: group }, magic.filter(([own]) => own === group).map(([, number, what]) => h("option", { value: number }, `${number}  ${what}`)))));
}
