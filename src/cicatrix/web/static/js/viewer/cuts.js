// A cut anywhere: along a line that is drawn on the picture, or between two points that are typed.

import { make } from "./dom.js";
import { getJson } from "../http.js";
import { sectionDrawing } from "./section.js";
import { CutTool } from "./tools.js";

const NAMES = ["x0", "y0", "x1", "y1"];

export class Cuts {
  constructor(base, page) {
    this.base = base;
    this.page = page;
    this.toggle = document.getElementById("cut-tool");
    this.panel = document.getElementById("cutting");
    this.form = this.panel.querySelector("form");
    this.tool = new CutTool(page.view, (line) => this.show(line));
    this.toggle.addEventListener("click", () => this.#open(this.panel.hidden));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const [x0, y0, x1, y1] = NAMES.map((name) => Number(this.form.elements[name].value));
      this.show({ x0, y0, x1, y1 });
    });
  }

  async show(line) {
    this.tool.set(line);
    this.page.redraw();
    for (const name of NAMES) this.form.elements[name].value = Math.round(line[name] * 100) / 100;
    const query = NAMES.map((name) => `${name}=${Number(line[name]).toFixed(4)}`).join("&");
    const place = this.panel.querySelector(".drawn");
    try {
      const found = await getJson(`${this.base}/profile.json?${query}`);
      const length = found.length_mm.toFixed(2);
      const text = `${length} mm long; the skin lies up to ${found.below_mm.toFixed(2)} mm below and ${found.above_mm.toFixed(2)} mm above the straight line between its ends. No interval is given for a free cut.`;
      place.replaceChildren(
        make(
          "figure",
          { class: "cut" },
          sectionDrawing(found, null, `Heights along a cut of ${length} mm`),
          make("figcaption", { role: "status" }, text),
        ),
      );
    } catch (error) {
      place.replaceChildren(make("p", { class: "refusal", role: "alert" }, error.message));
    }
  }

  #open(open) {
    this.panel.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
    this.page.hold(open ? this.tool : null);
  }
}
