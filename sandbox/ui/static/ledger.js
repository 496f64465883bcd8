// Reports to the application: every post, every attempt, what it answered, and a sentence that sums it up.

import { post } from "./api.js";
import { button, dim, h, li, mono, notice, say } from "./dom.js";
import { busy, exchange, status, when, wire } from "./parts.js";
import { now } from "./ticker.js";
import { between, full, length, plural } from "./words.js";

/** Whether the application acknowledged its reports, in one sentence. */
export function verdict({ callbacks, callback_url: url, planned }) {
  if (!callbacks.length) return h("p", "verdict", silence(url, planned));
  const by = (state) => callbacks.filter((each) => each.state === state).length;
  const [acknowledged, pending] = [by("acknowledged"), by("pending")];
  const lost = callbacks.length - acknowledged - pending;
  const kind = lost ? "failed" : pending ? "pending" : "acknowledged";
  const sentence = [
    acknowledged === callbacks.length ? `Yes: it acknowledged ${["", "the one report", "both reports"][acknowledged] ?? `all ${acknowledged} reports`} so far.` : "",
    lost ? `No: ${plural(lost, "report")} ${lost === 1 ? "was" : "were"} never acknowledged.` : "",
    pending ? `${plural(pending, "report")} not yet acknowledged.` : "",
    acknowledged && acknowledged < callbacks.length ? `It acknowledged ${acknowledged} of ${callbacks.length}.` : "",
  ].filter(Boolean).join(" ");
  return h("p", "verdict", status(kind, ""), " ", sentence);
}

function silence(url, planned) {
  if (!url) return "Nobody is told: neither the request, nor its account, nor the space names a callback URL.";
  return planned.length ? "Nothing has been reported yet." : "Nothing was reported, and nothing is planned.";
}

/** The posts, each with its attempts to unfold. `opened`: the element whose open ones stay open. */
export function attempts(callbacks, { opened } = {}) {
  const open = new Set([...(opened?.querySelectorAll("details[open]") ?? [])].map((each) => each.dataset.id));
  return h("ol", "ledger", callbacks.map((callback) => li(one(callback, open))));
}

function one(callback, open) {
  const redeliver = button("Redeliver", click, { class: "quiet", id: `redeliver-${callback.id}` });
  async function click() {
    await busy(redeliver, async () => {
      const { state } = await post(`/callbacks/${encodeURIComponent(callback.id)}/redeliver`);
      say(`Redelivered: ${state}`);
    });
  }
  const last = callback.attempts.at(-1);
  return h("details", { "data-id": callback.id, open: open.has(callback.id) },
    h("summary", {}, status(callback.status), h("span", { class: "arrow", "aria-hidden": "true" }, "→"), status(callback.state),
      dim(heard(last)), late(callback), next(callback)),
    h("p", "to", dim("POST "), mono(callback.url), redeliver),
    callback.attempts.map(tried));
}

/** What came of the last attempt. */
function heard(attempt) {
  if (!attempt) return "not tried yet";
  const came = attempt.status ? `HTTP ${attempt.status} in ${length(attempt.duration_ms)}` : attempt.error || "no answer";
  return attempt.number > 1 ? `${came}, attempt ${attempt.number}` : came;
}

/** How long after it happened a report first left, if that shows: `lag`, `order`, or an application that was told late. */
function late({ happened_at: happened, attempts: [first] }) {
  const gap = first ? new Date(first.at) - new Date(happened) : 0;
  return Math.abs(gap) >= 1000 ? dim(`left ${length(gap)} ${gap > 0 ? "after" : "before"} it happened`) : null;
}

function next({ next_attempt_at: at, state }) {
  if (!at || state !== "pending") return null;
  return h("span", { class: "next", title: full(at) }, at > now() ? `next try in ${between(now(), at)}` : "now");
}

/** Why an answer that is no error is no acknowledgement either. */
const unheeded = (status) => status >= 300
  ? `HTTP ${status} acknowledges nothing, and a redirect is not followed.`
  : `HTTP ${status} does not acknowledge a report of this provider’s, which asks for another status.`;

function tried(attempt) {
  const { number, state, at, error, request, status: code } = attempt;
  return h("div", "attempt",
    h("h3", {}, `Attempt ${number} `, status(state), " ", when(at)),
    error && notice(error),
    state === "failed" && code && code < 400 && notice(unheeded(code)),
    exchange(wire(`Report posted, attempt ${number}`, `POST ${request.url}`, request),
      code ? wire(`Answer of the consumer, attempt ${number}`, `HTTP ${code}`, attempt) : notice("The consumer gave no answer.")));
}

