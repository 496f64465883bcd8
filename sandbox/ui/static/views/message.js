// One message: what the phone shows, what became of it, whether the application was told and listened, and why.

import { get, post, provider, reply } from "../api.js";
import { head, unopened } from "../browse.js";
import { b, coalesce, dim, fill, form, h, hint, li, link, mono, notice, p, say } from "../dom.js";
import * as live from "../live.js";
import { bubble, meter } from "../phone.js";
import { attempts, verdict } from "../ledger.js";
import { busy, called, copier, facts, fault, loading, section, select, status, tag, titled, toMessage, toRule, when } from "../parts.js";
import { to } from "../router.js";
import { now } from "../ticker.js";
import { timeline } from "../timeline.js";
import { full, parsed } from "../words.js";

export const STATES = ["queued", "sent", "delivered", "undelivered", "expired", "rejected", "read"];

/** Shows the message `id` in `pane`; `back` is where Close leads, `seen` is told of it once it is shown. Gives what ends that. */
export function open(pane, id, { back, seen }) {
  const life = h("div");
  const told = h("div", "stack");
  const state = h("span");
  let known = null;
  pane.replaceChildren(loading());
  pane.scrollTop = 0;

  async function load() {
    try {
      const message = await get(`/messages/${encodeURIComponent(id)}`);
      if (known === null) frame(message);
      known = message;
      refresh(message);
    } catch (problem) {
      fill(pane, unopened(back, problem, problem.messages && several(problem.messages)));
    }
  }

  function frame(message) {
    const name = [message.from && dim(message.from, " → "), message.to];
    fill(pane, h("article", "message",
      head(back, name, state, tag(message.provider), dim(full(message.accepted_at)), copier(() => location.href, "Copy a link to this message", { drawn: "link" })),
      h("div", "sms", bubble(message), h("div", {}, meter(message), codes(message)), about(message)),
      section("What became of it", life),
      section("Did your application listen?", told),
      actions(message, load),
      ...behind(message)));
    seen(message);
  }

  function refresh(message) {
    fill(state, status(message.status));
    const drawn = timeline(message, now());
    fill(life, drawn);
    drawn.scrollLeft = (drawn.scrollWidth * (message.receipts.length + 1)) / (message.receipts.length + message.planned.length + 1) - drawn.clientWidth;
    fill(told, verdict(message), attempts(message.callbacks, { opened: told }));
  }

  const again = coalesce(load);
  const ours = (data) => data.message === id || data.message === known?.id;
  load();
  return live.on({ "receipt callback": (data) => ours(data) && again(), "clock again": again });
}

const several = (messages) => h("ul", "plain", messages.map((each) => li(toMessage(each.id, `${titled(each.provider)} to ${each.to}`))));

const codes = (message) => message.codes.map((code) =>
  h("p", "otp", dim("One-time code"), b(code), copier(code, `Copy the code ${code}`, { said: "Copy" })));

function about(message) {
  const ids = Object.entries(message.provider_ids).map(([name, value]) => [name, [mono(value), copier(String(value), "Copy the id")]]);
  return facts({
    Account: message.account,
    Reference: message.reference,
    "Reports go to": message.callback_url && mono(message.callback_url),
    ...Object.fromEntries(ids),
  });
}

// --- why ---

/** The rule that decided, and what kept the earlier ones from it: a dry run of `call` by the scenario as it is now. */
function why(box, message, call) {
  const { provider: slug, account, to: recipient, from, text } = message;
  const asked = { provider: slug, account, to: recipient, from, text, body: call && parsed(call.body) };
  const known = Object.entries(asked).filter(([, value]) => value !== null && value !== undefined);
  post("/explain", Object.fromEntries(known)).then((told) => fill(box, explained(message, told)), (problem) => fill(box, decided(message), fault(problem)));
}

const decided = (message) =>
  message.rule ? p("The rule ", b(toRule(message.rule)), " decided.") : p("No rule matched: it was accepted, and is delivered.");

function explained(message, { rules, rule }) {
  const missed = rules.filter((each) => !each.matched || each.passed_on);
  return [
    decided(message),
    rule !== message.rule && notice(rule ? `Sent now, the rule “${rule}” would decide: ` : "Sent now, no rule would match: ", "the scenario, its counters, its draws or the time have moved on."),
    missed.length > 0 && h("details", "tried",
      h("summary", {}, `Why not the ${missed.length === 1 ? "rule" : `${missed.length} rules`} before`),
      h("ol", {}, missed.map(miss))),
  ];
}

const miss = ({ rule, failed }) => li(b(rule),
  failed ? [": ", failed.field, " is ", mono(said(failed.actual)), ", not ", mono(said(failed.expected))] : ": it matched and left the word to the next");

const said = (value) => (typeof value === "string" ? value : JSON.stringify(value) ?? "nothing");

// --- the calls behind it ---

/** Which rule decided, and the calls: the rule is asked with what the first of them, the send, said. */
function behind(message) {
  const [rule, box] = [h("div"), h("div", {}, loading())];
  get("/requests", { message: message.id, limit: 5 }).then(({ items }) => {
    fill(box, items.length
      ? items.map((request) => [h("p", "dim", link(to("requests", [request.id]), request.operation || "call"), " at ", when(request.received_at)), called(request)])
      : hint("The call is no longer in the journal."));
    why(rule, message, items.findLast((call) => call.operation === "send"));
  }, (problem) => {
    fill(box, fault(problem));
    why(rule, message);
  });
  return [section("Which rule decided", rule), section("The call, as it came and was answered", box)];
}

// --- what can be done ---

function actions(message, load) {
  const [reporting, replying] = [h("div"), h("div")];
  provider(message.provider).then((known) => {
    fill(reporting, reporter(message, known.states, load));
    fill(replying, known.inbound ? replier(message) : hint(`${titled(message.provider)} has no inbound messages, so a phone cannot reply.`));
  });
  return section("Step in", h("div", "actions", reporting, replying));
}

function reporter(message, states, load) {
  let word = "delivered";
  const order = STATES.filter((each) => each !== "queued" && states.includes(each));
  const rest = h("input", { type: "checkbox", id: "cancel" });
  const send = h("button", {}, "Report now");
  const submitted = () => busy(send, async () => {
    await post(`/messages/${encodeURIComponent(message.id)}/receipts`, { status: word, cancel: rest.checked });
    say(`Reported: ${word}`);
    await load();
  });
  return form("inline", submitted, h("h3", {}, "Report a status"),
    select("Status to report", order, word, (value) => { word = value; }), send,
    h("label", "check", rest, "instead of what is planned"));
}

function replier(message) {
  const text = h("input", { type: "text", placeholder: "STOP", "aria-label": "Reply text", required: true });
  const send = h("button", {}, "Reply");
  const submitted = () => busy(send, async () => {
    await reply(message.provider, message.to, text.value, message);
    text.value = "";
    say("Replied as the phone.");
  });
  return form("inline", submitted, h("h3", {}, "Reply as the phone"), text, send, link(to("conversations", [message.to]), "Conversation"));
}
