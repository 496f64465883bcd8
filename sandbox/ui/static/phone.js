// A text as a phone shows it, and how it travels: encoding, units, segments, and the character that forced UCS-2.

import { culprits, foreign, measure, plain } from "./encoding.js";
import { b, button, dialog, dim, h, li, mono, p } from "./dom.js";
import { copier } from "./parts.js";
import { plural, time } from "./words.js";

/** The bubble. Links are buttons that show where they lead before anything opens; segments are parted by a thin mark. */
export function bubble(message, { own = false } = {}) {
  const text = h("p", { class: "text", dir: "auto" }, runs(message));
  text.normalize();
  return h("div", { class: own ? "bubble own" : "bubble" },
    h("p", "from", own ? "The phone replies" : message.from ?? "no sender given"), text,
    h("p", "at", time(message.accepted_at)));
}

function runs({ text, links = [] }) {
  const { encoding, marks } = measure(text);
  const linked = ranges(text, links);
  const out = [];
  let at = 0;
  [...text].forEach((char, index) => {
    const segment = marks.indexOf(index) + 2;
    if (segment > 1) out.push(h("span", { class: "part-mark", title: `Segment ${segment} begins here`, "aria-hidden": "true" }));
    const link = linked.find(({ start, end }) => at >= start && at < end);
    if (link?.start === at) out.push(inert(link.url));
    if (!link) out.push(encoding === "ucs2" && foreign(char) ? h("mark", {}, char) : char);
    at += char.length;
  });
  return out;
}

function ranges(text, links) {
  const found = [];
  let from = 0;
  for (const url of links) {
    const start = text.indexOf(url, from);
    if (start < 0) continue;
    found.push({ start, end: start + url.length, url });
    from = start + url.length;
  }
  return found;
}

/** A link that does nothing until it is asked, and then says where it leads. */
function inert(url) {
  const click = () => {
    const target = /^https?:\/\//i.test(url) ? url : `http://${url}`;
    const asked = dialog("This link leads to", {}, p(mono(target)), h("div", "buttons",
      h("a", { class: "button primary", href: target, target: "_blank", rel: "noopener noreferrer nofollow", on: { click: () => asked.close() } }, "Open in a new tab"),
      copier(target, "Copy the link", { said: "Copy the link", kind: "" }), h("button", {}, "Cancel")));
  };
  return button(url, click, { class: "inert", title: "Show where this link leads" });
}

/** How the text travels, with advice where one character costs segments. */
export function meter(message) {
  const { encoding, units, single, part, segments } = measure(message.text);
  const room = segments === 1 ? single : segments * part;
  const name = encoding === "ucs2" ? "UCS-2" : "GSM-7";
  const bar = h("meter", { min: "0", max: String(room), "aria-label": "Room used" });
  bar.value = Math.min(units, room);
  return h("div", "meter",
    p(b(name), ` · ${plural(segments, "segment")} · `, dim(`${units} of ${room} ${encoding === "ucs2" ? "UTF-16 units" : "septets"}`)),
    bar, encoding === "ucs2" && advice(message.text, segments));
}

function advice(text, segments) {
  const found = culprits(text);
  const better = measure(plain(text));
  const list = found.slice(0, 6).map(({ char, code, name, count }) =>
    li(h("mark", {}, name ? "␣" : char), ` ${name ?? ""} `, dim(code, count > 1 && ` × ${count}`)));
  return h("div", "advice",
    p(found.length === 1 ? "This character forces UCS-2:" : "These characters force UCS-2:"),
    h("ul", {}, list, found.length > 6 && h("li", "dim", `and ${found.length - 6} more`)),
    better.encoding === "gsm7" && p("With ", swaps(found), ` instead it would be GSM-7: ${plural(better.segments, "segment")}${better.segments < segments ? ` rather than ${segments}` : ""}.`));
}

const swaps = (found) => found.map(({ plain: instead }, index) => [index ? " " : "", instead === "" ? "nothing" : instead === " " ? "a space" : mono(instead)]);
