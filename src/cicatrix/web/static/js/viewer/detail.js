// What is known of the scar or mark that is chosen: numbers with intervals, types, the cut through it, notes.

import { make } from "./dom.js";
import { sectionDrawing } from "./section.js";

export function detailOf(found) {
  const badge = make(
    "span",
    { class: found.corrected ? "how corrected" : "how" },
    found.corrected ? "corrected by hand †" : "measured",
  );
  const parts = [make("h3", { id: "chosen-name", tabindex: "-1" }, `${found.id}: ${found.name} `, badge)];
  if (found.section) parts.push(cut(found));
  parts.push(facts(found.facts));
  if (found.probabilities.length) parts.push(make("h4", {}, "How likely each type is"), odds(found.probabilities));
  if (found.corrections.length) parts.push(make("h4", {}, "Corrected by hand"), list(found.corrections));
  if (found.notes.length) parts.push(make("h4", {}, "Notes"), list(found.notes));
  return parts;
}

function cut(found) {
  const depth = found.depth;
  const about = `Cross-section of ${found.id}: the skin along the line through the scar, the fitted rim, and the depth.`;
  const what = depth.value < 0 ? "Height above" : "Depth below";
  const text = `Skin (solid), rim fitted to the skin around (dashed). ${what} the rim with its 95 % interval (shaded).`;
  return make("figure", { class: "cut" }, sectionDrawing(found.section, depth, about), make("figcaption", {}, text));
}

function facts(all) {
  return make(
    "dl",
    { class: "facts" },
    ...all.map(({ label, value, interval }) =>
      make(
        "div",
        {},
        make("dt", {}, label),
        make(
          "dd",
          {},
          make("span", { class: "n" }, value),
          " ",
          interval ? make("span", { class: "ci" }, interval) : null,
        ),
      ),
    ),
  );
}

function odds(all) {
  return make(
    "ul",
    { class: "odds" },
    ...all.map(({ kind, text, share }) =>
      make(
        "li",
        {},
        make("span", { class: "kind" }, kind),
        make("meter", { min: "0", max: "1", value: share, "aria-label": `${kind}: ${text}` }),
        make("span", { class: "n" }, text),
      ),
    ),
  );
}

const list = (texts) => make("ul", {}, ...texts.map((text) => make("li", {}, text)));
