// A long list of which only what is seen is drawn. Rows are links of one height; they move by transform alone, so that
// nothing jumps: what arrives at the top pushes the rest only while nobody is reading, else a button tells of it.

import { attribute, button, fill, h, li, say } from "./dom.js";
import { copy, fault, status, tag } from "./parts.js";
import { now } from "./ticker.js";
import { brief, plural } from "./words.js";

/** Rows drawn beyond what is seen; for how many ms a moving pointer counts as somebody who reads; rem of a row. */
const [BEYOND, READING, TALL] = [8, 3000, 4.25];

export class List {
  /**
   * `href(id)` · `draw(link, item)` fills a row's link · `noun` what is listed · `nothing()` what is shown while there is
   * none. `more()`, which `Pages` gives, is asked for when the end of what is loaded comes near.
   */
  constructor({ label, noun, href, draw, nothing }) {
    Object.assign(this, { noun, href, draw, nothing, items: [], total: 0, current: null, fresh: 0, nodes: new Map(), pointed: -Infinity });
    this.height = Math.round(TALL * parseFloat(getComputedStyle(document.documentElement).fontSize));
    this.body = h("ol", { class: "rows", "aria-label": label, on: { click: copied } });
    this.pill = button("", () => this.top(), { class: "pill", hidden: true });
    this.scroller = h("div", { class: "scroller", on: { scroll: () => this.schedule(), pointermove: () => { this.pointed = performance.now(); } } }, this.body);
    this.element = h("div", "list", this.pill, this.scroller);
    this.watch = new ResizeObserver(() => this.schedule());
    this.watch.observe(this.scroller);
  }

  close() {
    this.watch.disconnect();
  }

  /** Whether what is seen must stay where it is. */
  get read() {
    return this.scroller.scrollTop > 2 || performance.now() - this.pointed < READING || this.body.matches(":has(:focus-visible)");
  }

  set(items, total) {
    this.items = items;
    this.total = total;
    this.nodes.clear();
    this.body.replaceChildren();
    this.furnish();
    this.top();
  }

  /** Moves nothing that is in its place: it would lose where it was scrolled to. */
  furnish() {
    if (!this.items.length) fill(this.element, this.nothing());
    else if (!this.scroller.isConnected) fill(this.element, this.pill, this.scroller);
  }

  append(items) {
    this.items.push(...items);
    this.schedule();
  }

  prepend(items, total) {
    const read = this.read;
    this.items.unshift(...items);
    this.total = total;
    this.furnish();
    if (read) {
      this.tell(this.fresh + items.length);
      this.size();
      this.scroller.scrollTop += items.length * this.height;
    }
    this.render();
  }

  /** One item changed: its row is filled anew where it stands. */
  change(item) {
    const row = this.nodes.get(item.id);
    if (row) this.draw(row.link, item);
  }

  find(key) {
    return this.items.find((item) => item.id === key);
  }

  redraw() {
    for (const [key, row] of this.nodes) this.draw(row.link, this.find(key));
  }

  top() {
    this.scroller.scrollTop = 0;
    this.tell(0);
    this.render();
  }

  /** How many came that were not seen yet. */
  tell(fresh) {
    this.fresh = fresh;
    this.pill.hidden = fresh === 0;
    this.pill.textContent = `↑ ${plural(fresh, `new ${this.noun}`)}`;
  }

  /** Marks the row of `key` as the one that is open. */
  choose(key) {
    this.current = key;
    for (const [known, { link }] of this.nodes) this.mark(link, known);
  }

  mark(link, key) {
    attribute(link, "aria-current", key === this.current && "true");
    link.tabIndex = key === (this.current ?? this.items[0]?.id) ? 0 : -1;
  }

  /** The key of the row `by` further than the current one, which gets the focus; null if there is none. */
  step(by) {
    const next = further(this.items, this.items.findIndex((item) => item.id === this.current), by);
    if (!next) return null;
    this.choose(next.id);
    this.show(this.items.indexOf(next));
    this.nodes.get(this.current)?.link.focus({ preventScroll: true });
    return this.current;
  }

  show(index) {
    const [top, height] = [index * this.height, this.scroller.clientHeight];
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    if (top + this.height > this.scroller.scrollTop + height) this.scroller.scrollTop = top + this.height - height;
    this.render();
  }

  focus() {
    (this.nodes.get(this.current) ?? this.nodes.values().next().value)?.link.focus({ preventScroll: true });
  }

  schedule() {
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = null;
      if (this.scroller.scrollTop <= 2 && this.fresh) this.tell(0);
      this.render();
    });
  }

  size() {
    this.body.style.height = `${Math.max(this.total, this.items.length) * this.height}px`;
  }

  /** Draws the rows that are seen, and a few beyond. The row with the focus stays, wherever it is. */
  render() {
    this.size();
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / this.height) - BEYOND);
    const last = Math.ceil((this.scroller.scrollTop + this.scroller.clientHeight) / this.height) + BEYOND;
    const seen = new Map(this.items.slice(first, last).map((item, offset) => [item.id, first + offset]));
    for (const [key, row] of this.nodes) {
      if (seen.has(key)) continue;
      if (row.link === document.activeElement) this.place(row, this.items.findIndex((item) => item.id === key));
      else this.drop(key, row);
    }
    let after = this.body.firstChild;
    for (const [key, index] of seen) {
      const row = this.nodes.get(key) ?? this.make(key, this.items[index]);
      if (row.item === after) after = after.nextSibling;
      else this.body.insertBefore(row.item, after);
      this.place(row, index);
    }
    if (last + 2 * BEYOND > this.items.length && this.items.length < this.total) this.more();
  }

  drop(key, row) {
    row.item.remove();
    this.nodes.delete(key);
  }

  place(row, index) {
    if (row.index === index && row.total === this.total) return;
    Object.assign(row, { index, total: this.total });
    row.item.style.transform = `translateY(${index * this.height}px)`;
    row.item.setAttribute("aria-posinset", index + 1);
    row.item.setAttribute("aria-setsize", Math.max(this.total, this.items.length));
  }

  make(key, value) {
    const link = h("a", { class: "row", href: this.href(key), draggable: "false" });
    const row = { link, item: li(link), index: -1 };
    row.item.style.height = `${this.height}px`;
    this.draw(link, value);
    this.mark(link, key);
    this.nodes.set(key, row);
    return row;
  }
}

/** The item `by` further than the one at `at`, as far as there are any; from nowhere, the first. */
export const further = (items, at, by) => items[at < 0 ? 0 : Math.max(0, Math.min(items.length - 1, at + by))];

/** A chip that holds something to copy is copied when it is clicked; the row stays closed. */
function copied(event) {
  const code = event.target.closest(".chip b");
  if (!code) return;
  event.preventDefault();
  copy(code.textContent);
}

/** The two lines of a row: who and when, what and the chips. */
export const lines = ({ who, at, text, chips }) => [
  h("span", "line", h("span", "who", who), h("time", { datetime: at }, brief(at, now()))),
  h("span", "line", h("span", { class: "what", dir: "auto" }, text), chips.filter(Boolean).map((chip) => h("span", "chip", chip))),
];

/** Fills a row's link: its state and provider before the two lines. */
export const row = (link, { state, slug, ...rest }) =>
  fill(link, h("span", "state-of", status(state), tag(slug)), lines(rest));

/** Items asked for at first, and then. */
const [FEW, MANY] = [100, 500];

/** The pages of one of the API's lists, put into a `List` and kept up with what happens. */
export class Pages {
  /** `ask(query)` answers a page · `shown` is told after each; `problem` is where it says what went wrong. */
  constructor(list, { ask, shown }) {
    Object.assign(this, { list, ask, shown, turn: 0, problem: h("div") });
    list.more = () => this.more();
  }

  /** From the newest on. */
  async load() {
    this.turn += 1;
    await this.held({ limit: FEW }, (page) => {
      Object.assign(this, { next: page.next, since: page.since, evicted: page.evicted });
      this.list.set(page.items, page.total);
      this.shown();
    });
  }

  /** The page after the last. */
  async more() {
    if (this.busy || !this.next) return;
    await this.held({ limit: MANY, cursor: this.next }, (page) => {
      this.next = page.next;
      this.list.append(page.items);
    });
  }

  /** What has come since the last look. */
  async fresh() {
    if (this.since === undefined) return this.load();
    return this.take({ limit: MANY, since: this.since }, async (page) => {
      if (page.next) {
        await this.load();
        return;
      }
      this.since = page.since;
      const known = new Set(this.list.items.slice(0, MANY).map(({ id }) => id));
      const items = page.items.filter((item) => !known.has(item.id));
      if (!items.length) return;
      this.list.prepend(items, this.list.total + items.length);
      this.shown();
      say(plural(items.length, `new ${this.list.noun}`), { shown: false });
    });
  }

  /** Does `taken` with the page that the API answers, unless the list was begun anew in the meantime. */
  async take(query, taken) {
    const turn = this.turn;
    try {
      const page = await this.ask(query);
      if (turn === this.turn) await taken(page);
      fill(this.problem);
    } catch (trouble) {
      fill(this.problem, fault(trouble));
    }
  }

  /** The same, and nothing further is asked for meanwhile. */
  async held(query, taken) {
    const turn = this.turn;
    this.busy = true;
    await this.take(query, taken);
    if (turn === this.turn) this.busy = false;
  }
}
