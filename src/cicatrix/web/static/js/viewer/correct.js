// Corrections by a clinician: each is one event that is sent to the record; undo and redo are events, too.

import { button, make, say } from "./dom.js";
import { post } from "../http.js";
import { simplify } from "./shapes.js";
import { OutlineTool } from "./tools.js";

const STEP_MM = 0.1;
const START_RADIUS_MM = 1;

const SCAR_TYPES = [
  ["icepick", null, "Icepick"],
  ["boxcar", "shallow", "Boxcar, shallow"],
  ["boxcar", "deep", "Boxcar, deep"],
  ["rolling", null, "Rolling"],
  ["raised", null, "Raised"],
  ["undecided", null, "Undecided"],
];
const MARK_TYPES = [
  ["red", null, "Red"],
  ["brown", null, "Brown"],
  ["mixed", null, "Red and brown"],
];

export class Corrections {
  // `stage` has view, limits, hold(tool) and redraw(); `changed(id)` is called once the record has an event more.
  constructor(address, stage, place, changed) {
    this.address = address;
    this.stage = stage;
    this.place = place;
    this.changed = changed;
    this.busy = false;
    this.#standing();
  }

  // The forms for what is chosen, to go below its numbers.
  forms(found) {
    const types = found.what === "scar" ? SCAR_TYPES : found.what === "mark" ? MARK_TYPES : null;
    if (!types) return [];
    const redraw = () =>
      this.#edit(`Outline of ${found.id}`, found.outline_mm, { event: "set_outline", scar: found.id });
    return [
      make("h4", {}, "Correct it"),
      this.#kindForm(found, types),
      this.#deleteForm(found),
      found.what === "scar" ? make("p", {}, button("Redraw the outline", redraw)) : null,
    ];
  }

  #kindForm(found, types) {
    const select = make(
      "select",
      { id: "new-kind", name: "kind" },
      ...types.map(([kind, depth, name], at) =>
        make("option", { value: at, selected: kind === found.kind && depth === (found.depth_class ?? null) }, name),
      ),
    );
    const send = () => {
      const [kind, depth] = types[Number(select.value)];
      const event =
        found.what === "scar"
          ? { event: "set_kind", scar: found.id, kind, ...(depth ? { depth_class: depth } : {}) }
          : { event: "set_mark_kind", mark: found.id, kind };
      this.#send(event, found.id, `${found.id} is now ${types[Number(select.value)][2].toLowerCase()}.`);
    };
    return make(
      "p",
      { class: "row" },
      make("label", { for: "new-kind" }, "Type "),
      select,
      " ",
      button("Change the type", send),
    );
  }

  #deleteForm(found) {
    const reason = make("input", { id: "why-not", maxlength: "200" });
    const send = () =>
      this.#send(
        { event: "delete", target: found.id, reason: reason.value.trim() },
        null,
        `${found.id} is deleted. Undo brings it back.`,
      );
    const label = make("label", { for: "why-not" }, `${found.id} is no ${found.what} because `);
    return make("p", { class: "row" }, label, reason, " ", button(`Delete ${found.id}`, send));
  }

  #standing() {
    const take = (way, told) => () => this.#send({ event: way }, null, told);
    this.place.replaceChildren(
      make("h3", {}, "Corrections"),
      make(
        "p",
        { class: "row" },
        button("Add a missed scar", () => this.#edit("A missed scar", [], { event: "add_scar" })),
        " ",
        button("Add a missed mark", () => this.#edit("A missed mark", [], { event: "add_mark" })),
        " ",
        button("Undo", take("undo", "The last correction is taken back.")),
        " ",
        button("Redo", take("redo", "The correction is in force again.")),
        " ",
        make("a", { href: this.address }, "History"),
      ),
      make("div", { id: "editing", hidden: true }),
    );
    this.editing = this.place.querySelector("#editing");
  }

  // Drawing: on the picture by mouse or finger, or here by keys and numbers.
  #edit(title, outline, event) {
    const corners = make("textarea", { id: "corners", rows: "5", spellcheck: "false" });
    const count = make("span", { class: "soft" });
    const tool = new OutlineTool(this.stage.view, this.stage.limits, () => {
      corners.value = tool
        .outline()
        .map(([x, y]) => `${x} ${y}`)
        .join("\n");
      count.textContent = `${tool.points.length} corners`;
      this.stage.redraw();
    });
    corners.addEventListener("change", () => tool.set(parsed(corners.value)));
    const kinds = event.event === "add_scar" ? SCAR_TYPES.filter(([, depth]) => depth !== "deep") : MARK_TYPES;
    const kind = event.event.startsWith("add") ? kindChoice(kinds) : null;
    const end = () => this.#close();
    const save = () => this.#save(tool, event, kind);
    this.editing.hidden = false;
    this.editing.replaceChildren(
      make("h4", { tabindex: "-1" }, title, " ", count),
      make(
        "p",
        {},
        "Click on the picture to set corners, drag corners to move them, or drag to draw the line freely. ",
        "Backspace on the picture takes the last corner away.",
      ),
      kind ? make("p", { class: "row" }, make("label", { for: "added-kind" }, "Type "), kind) : "",
      this.#nudges(tool),
      make(
        "details",
        {},
        make("summary", {}, "Corners as numbers"),
        make("label", { for: "corners" }, "One corner a line: x y, in mm from the top left of the picture"),
        corners,
      ),
      make("p", { class: "row" }, button("Save the outline", save, { class: "primary" }), " ", button("Cancel", end)),
    );
    tool.set(handy(outline));
    this.stage.hold(tool);
    this.editing.querySelector("h4").focus();
    this.editing.onkeydown = (key) => {
      if (key.key === "Escape") end();
    };
  }

  #nudges(tool) {
    const moves = [
      ["Left", -STEP_MM, 0],
      ["Right", STEP_MM, 0],
      ["Up", 0, -STEP_MM],
      ["Down", 0, STEP_MM],
    ];
    return make(
      "p",
      { class: "row" },
      button("A circle in the middle of the view", () => tool.circle(START_RADIUS_MM)),
      " ",
      button(`Grow by ${STEP_MM} mm`, () => tool.grow(STEP_MM)),
      " ",
      button(`Shrink by ${STEP_MM} mm`, () => tool.grow(-STEP_MM)),
      ...moves.flatMap(([name, dx, dy]) => [
        " ",
        button(name, () => tool.shift(dx, dy), { "aria-label": `Move ${name.toLowerCase()} by ${STEP_MM} mm` }),
      ]),
    );
  }

  async #save(tool, event, kind) {
    if (tool.points.length < 3) {
      say("An outline needs at least three corners.");
      this.#tell("An outline needs at least three corners.");
      return;
    }
    const chosen = kind?.value ? { kind: kind.value } : {};
    const done = await this.#send(
      { ...event, ...chosen, outline_mm: tool.outline() },
      event.scar ?? null,
      "The outline is saved.",
    );
    if (done) this.#close();
  }

  #close() {
    this.stage.hold(null);
    this.editing.hidden = true;
    this.editing.replaceChildren();
  }

  #tell(text) {
    let place = this.place.querySelector(".refusal");
    if (!place) this.place.append((place = make("p", { class: "refusal", role: "alert" })));
    place.textContent = text;
  }

  async #send(event, id, told) {
    if (this.busy) return false;
    this.busy = true;
    this.place.setAttribute("aria-busy", "true");
    say("Saving; what follows from it is computed again.");
    try {
      const steps = event.event === "undo" || event.event === "redo";
      const done = steps
        ? await post(`${this.address}/${event.event}.json`, {})
        : await post(`${this.address}.json`, event);
      this.#tell("");
      await this.changed(done.added ?? id);
      say(told);
      return true;
    } catch (error) {
      this.#tell(error.message);
      return false;
    } finally {
      this.busy = false;
      this.place.removeAttribute("aria-busy");
    }
  }
}

function kindChoice(kinds) {
  const named = kinds.map(([kind, , name]) => make("option", { value: kind }, name.replace(", shallow", "")));
  return make("select", { id: "added-kind" }, make("option", { value: "" }, "as measured"), ...named);
}

function parsed(text) {
  const numbers = text
    .trim()
    .split(/\n+/)
    .map((row) =>
      row
        .trim()
        .split(/[\s,;]+/)
        .map(Number),
    );
  return numbers.filter((row) => row.length === 2 && row.every(Number.isFinite));
}

// Few enough corners to take hold of.
function handy(outline) {
  let corners = Float32Array.from(outline.flat());
  for (let tolerance = 0.02; corners.length > 2 * 32; tolerance *= 1.5) corners = simplify(corners, tolerance);
  return Array.from({ length: corners.length / 2 }, (_, at) => [corners[2 * at], corners[2 * at + 1]]);
}
