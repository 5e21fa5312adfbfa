// The table of scars or marks: sorted, filtered by type, a page at a time, so that ten thousand rows stay quick.

import { button, make, say } from "./dom.js";

const PAGE = 100;

export class Table {
  // `columns` is [{ key, title, unit }], `rows` the shapes of one kind of thing.
  constructor(place, columns, choose) {
    this.place = place;
    this.columns = columns;
    this.choose = choose;
    this.rows = [];
    this.hidden = new Set();
    this.order = { key: "id", down: false };
    this.page = 0;
    this.chosen = null;
    this.head = make("thead");
    this.body = make("tbody");
    this.body.addEventListener("click", (event) => this.#clicked(event));
    this.body.addEventListener("keydown", (event) => this.#key(event));
    this.pager = make("p", { class: "pager" });
    const table = place.querySelector("table");
    table.replaceChildren(table.querySelector("caption"), this.head, this.body);
    place.querySelector(".pager")?.remove();
    place.append(this.pager);
    this.#heads();
  }

  use(rows) {
    this.rows = rows;
    this.#sort();
  }

  hide(kinds) {
    this.hidden = new Set(kinds);
    this.page = 0;
    this.#sort();
  }

  // Turns to the page with this row and marks it; true where the row is among those shown.
  show(id, scroll) {
    this.chosen = id;
    const at = this.sorted.findIndex((row) => row.id === id);
    if (at >= 0) this.page = Math.floor(at / PAGE);
    this.#fill();
    const row = this.body.querySelector('[aria-current="true"]');
    if (scroll) row?.scrollIntoView({ block: "nearest" });
    return at >= 0;
  }

  #heads() {
    const names = [{ key: "id", title: "No." }, { key: "name", title: "Type" }, ...this.columns];
    const cells = names.map(({ key, title, unit }) => {
      const sorted = this.order.key === key ? (this.order.down ? "descending" : "ascending") : null;
      const text = unit ? `${title}, ${unit}` : title;
      const turn = button(text, () => this.#turn(key, title), { "data-key": key });
      turn.append(make("span", { class: "arrow", "aria-hidden": "true" }));
      return make("th", { scope: "col", "aria-sort": sorted, class: unit ? "num" : null }, turn);
    });
    this.head.replaceChildren(make("tr", {}, ...cells));
  }

  #turn(key, title) {
    this.order = { key, down: this.order.key === key && !this.order.down };
    this.page = 0;
    this.#sort();
    this.#heads();
    this.head.querySelector(`[data-key="${key}"]`).focus();
    say(`Sorted by ${title}, ${this.order.down ? "largest or last first" : "smallest or first first"}.`);
  }

  #sort() {
    const { key, down } = this.order;
    const value = (row) => (key === "id" ? row.place : key === "name" ? row.name : row.numbers[key].raw);
    const compare = (a, b) => {
      const [x, y] = [value(a), value(b)];
      return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1) || a.place - b.place;
    };
    this.sorted = this.rows.filter((row) => !this.hidden.has(row.kind)).sort(compare);
    this.#fill();
  }

  #fill() {
    const from = this.page * PAGE;
    this.body.replaceChildren(...this.sorted.slice(from, from + PAGE).map((row) => this.#row(row)));
    this.#turnPages();
  }

  #row(row) {
    const on = row.id === this.chosen;
    const name = `${row.id}${row.corrected ? "†" : ""}`;
    const open = make(
      "button",
      { type: "button", class: `badge k-${row.kind}`, "aria-label": `${row.id}: show it on the picture` },
      name,
    );
    const kind = make("td", {}, make("span", { class: "n" }, row.name), " ", make("span", { class: "ci" }, row.sure));
    const cells = this.columns.map(({ key }) => {
      const { value, interval } = row.numbers[key];
      return make(
        "td",
        { class: "num" },
        make("span", { class: "n" }, value),
        " ",
        make("span", { class: "ci" }, interval),
      );
    });
    return make(
      "tr",
      { "data-id": row.id, "aria-current": on ? "true" : null },
      make("th", { scope: "row" }, open),
      kind,
      ...cells,
    );
  }

  #turnPages() {
    const pages = Math.max(1, Math.ceil(this.sorted.length / PAGE));
    this.pager.replaceChildren();
    this.pager.hidden = pages === 1;
    if (pages === 1) return;
    const step = (by) => () => {
      this.page = Math.min(Math.max(this.page + by, 0), pages - 1);
      this.#fill();
      say(`Page ${this.page + 1} of ${pages}.`);
    };
    const shown = `${this.page * PAGE + 1} to ${Math.min((this.page + 1) * PAGE, this.sorted.length)} of ${this.sorted.length}`;
    this.pager.append(
      button("Previous", step(-1), { disabled: this.page === 0 }),
      ` ${shown} `,
      button("Next", step(1), { disabled: this.page === pages - 1 }),
    );
  }

  #clicked(event) {
    const id = event.target.closest("tr")?.dataset.id;
    if (!id) return;
    this.choose(id);
    if (event.target.closest("button")) this.#focus(id);
  }

  // Arrows go from row to row.
  #key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    const rows = [...this.body.rows];
    const at = rows.indexOf(event.target.closest("tr")) + (steps[event.key] ?? 0);
    if (!(event.key in steps) || !rows[at]) return;
    event.preventDefault();
    this.choose(rows[at].dataset.id);
    this.#focus(rows[at].dataset.id);
  }

  #focus(id) {
    [...this.body.rows]
      .find((row) => row.dataset.id === id)
      ?.querySelector("button")
      .focus();
  }
}
