// The result page: picture, outlines, tables, cuts and the surface, linked with each other.

import { Corrections } from "./correct.js";
import { Cuts } from "./cuts.js";
import { detailOf } from "./detail.js";
import { make, say } from "./dom.js";
import { listen } from "./gestures.js";
import { getBlob, getJson, getText } from "../http.js";
import { OutlinePainter } from "./outlines.js";
import { Picture } from "./picture.js";
import { Shapes } from "./shapes.js";
import { Solid } from "./solid.js";
import { Table } from "./table.js";
import { View } from "./view.js";

const CLICK_SLACK_PIXELS = 6;
const CLOSE_SHARE = 0.35;
const ZOOM = 1.4;

const at = (id) => document.getElementById(id);

class Page {
  constructor(root, told) {
    this.base = root.dataset.base;
    this.root = root;
    this.stage = at("stage");
    this.view = new View(told.width_mm, told.height_mm, told.pixel_mm);
    this.picture = new Picture(getBlob);
    this.limits = { widthMm: told.width_mm, heightMm: told.height_mm };
    this.tool = null;
    this.chosen = null;
    this.pointed = -1;
    this.pending = false;
    this.painter = new OutlinePainter(new Shapes([], 1, 1), told.styles);
    this.tables = {
      scar: new Table(at("scars"), told.scar_columns, (id) => this.choose(id, true)),
      mark: at("marks") && new Table(at("marks"), told.mark_columns, (id) => this.choose(id, true)),
    };
    this.#use(told);
    this.#size();
    this.#controls();
    this.cuts = new Cuts(this.base, this);
    this.solid = new Solid(this.base, this);
    this.corrections = root.dataset.corrects
      ? new Corrections(`${this.base}/corrections`, this, at("correcting"), (id) => this.renew(id))
      : null;
    listen(this.stage, this.view, {
      changed: () => this.redraw(),
      clicked: (place) => this.#clicked(place),
      hovered: (place) => this.#hovered(place),
      tool: () => this.tool,
    });
  }

  hold(tool) {
    this.tool = tool;
    this.stage.classList.toggle("drawing", tool !== null);
    this.redraw();
  }

  // Frames are drawn only when something has changed.
  redraw() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.#paint();
    });
  }

  async layer(name) {
    say("Loading the layer.");
    this.stage.classList.add("loading");
    try {
      if (!(await this.picture.show(name, `${this.base}/layers/${name}.png`))) return;
      say("");
      this.redraw();
      await this.#legend(name);
      this.solid.recolour();
    } catch (error) {
      this.complain(error);
    } finally {
      if (this.picture.wanted === name) this.stage.classList.remove("loading");
    }
  }

  // The colours of the layer from low to high, drawn as stripes.
  async #legend(name) {
    this.ramps ??= getJson(`${this.base}/ramps.json`);
    const ramp = (await this.ramps).ramps.find((one) => one.layer === name);
    at("legend").hidden = !ramp;
    if (!ramp) return;
    const pen = at("ramp").getContext("2d");
    const wide = at("ramp").width / ramp.colours.length;
    ramp.colours.forEach((colour, number) => {
      pen.fillStyle = colour;
      pen.fillRect(Math.floor(number * wide), 0, Math.ceil(wide) + 1, at("ramp").height);
    });
    [at("ramp-low").textContent, at("ramp-high").textContent] = [ramp.low, ramp.high];
  }

  complain(error) {
    at("trouble").textContent = error.message;
    at("trouble").hidden = !error.message;
  }

  // Marks what is chosen everywhere; `centre` brings it into the middle of the picture.
  async choose(id, centre) {
    this.chosen = id;
    const number = this.shapes.number.get(id);
    if (number === undefined) return;
    const shape = this.shapes.list[number];
    if (centre) this.#bring(number);
    for (const [what, table] of Object.entries(this.tables)) table?.show(what === kindOf(shape) ? id : null, !centre);
    this.redraw();
    await this.#tell(id);
  }

  // Everything that follows from the record is fetched again after a correction.
  async renew(id) {
    const [told, text] = await Promise.all([getJson(`${this.base}/shapes.json`), getText(this.base)]);
    const fresh = new DOMParser().parseFromString(text, "text/html");
    for (const old of document.querySelectorAll("[data-live]")) {
      const now = fresh.querySelector(`[data-live="${old.dataset.live}"]`);
      if (now) old.replaceWith(document.adoptNode(now));
    }
    this.#use(told);
    const keep = id ?? this.chosen;
    if (this.shapes.number.has(keep)) await this.choose(keep, false);
    else this.#nothing();
    this.redraw();
  }

  #use(told) {
    this.shapes = new Shapes(told.shapes, told.width_mm, told.height_mm);
    this.painter.use(this.shapes);
    for (const [what, table] of Object.entries(this.tables)) {
      table?.use(told.shapes.filter((shape) => kindOf(shape) === what));
    }
  }

  #nothing() {
    this.chosen = null;
    at("chosen").replaceChildren(make("p", { class: "soft" }, "Select a scar or a mark in a table or on the picture."));
    for (const table of Object.values(this.tables)) table?.show(null, false);
  }

  async #tell(id) {
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      const found = await getJson(`${this.base}/objects/${encodeURIComponent(id)}.json`, this.asked.signal);
      if (this.chosen !== id) return;
      this.section = found.section;
      at("chosen").replaceChildren(...detailOf(found), ...(this.corrections?.forms(found) ?? []).filter(Boolean));
      say(`${found.id}, ${found.name}`);
      this.redraw();
    } catch (error) {
      if (error.name !== "AbortError") this.complain(error);
    }
  }

  #bring(number) {
    const box = this.shapes.boxes[number];
    const long = Math.max(box.x1 - box.x0, box.y1 - box.y0, 0.1);
    const close = (CLOSE_SHARE * Math.min(this.view.width, this.view.height)) / long;
    const scale = this.view.scale * long < 40 ? Math.min(close, this.view.fitting * 8) : this.view.scale;
    this.view.centre((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, Math.max(scale, this.view.scale));
  }

  #clicked(place) {
    const number = this.#under(place);
    if (number >= 0) this.choose(this.shapes.list[number].id, false);
    this.stage.focus({ preventScroll: true });
  }

  #hovered(place) {
    const number = place ? this.#under(place) : -1;
    if (number === this.pointed) return;
    this.pointed = number;
    this.stage.classList.toggle("over", number >= 0);
    this.redraw();
  }

  #under(place) {
    if (!at("outlined").checked) return -1;
    const { x, y } = this.view.toSkin(place.x, place.y);
    return this.shapes.at(x, y, CLICK_SLACK_PIXELS / this.view.scale, (number) => this.painter.shows(number));
  }

  #paint() {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const [below, above] = [at("picture"), at("overlay")].map((canvas) => this.#pen(canvas, ratio));
    this.picture.draw(below, this.view, ratio);
    let more = false;
    if (at("outlined").checked) {
      more = this.painter.frame(above, this.view, ratio);
      const number = this.shapes.number.get(this.chosen);
      if (this.pointed >= 0 && this.pointed !== number) this.painter.chosen(above, this.view, this.pointed);
      if (number !== undefined) this.painter.chosen(above, this.view, number);
    }
    this.#sectionLine(above);
    this.tool?.draw?.(above);
    this.#bar();
    if (more) this.redraw();
  }

  #pen(canvas, ratio) {
    const [width, height] = [Math.round(this.view.width * ratio), Math.round(this.view.height * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, this.view.width, this.view.height);
    return pen;
  }

  #sectionLine(pen) {
    if (!this.section || this.chosen === null) return;
    const [from, to] = [this.section.from_mm, this.section.to_mm].map(([x, y]) => this.view.toScreen(x, y));
    pen.setLineDash([]);
    for (const [width, colour] of [
      [3.5, "#17202a"],
      [1.5, "#fff"],
    ]) {
      pen.lineWidth = width;
      pen.strokeStyle = colour;
      pen.beginPath();
      pen.moveTo(from.x, from.y);
      pen.lineTo(to.x, to.y);
      pen.stroke();
    }
  }

  // The scale bar: a round length of about a fifth of the screen.
  #bar() {
    const room = this.view.width / 5 / this.view.scale;
    const power = 10 ** Math.floor(Math.log10(room));
    const long = [5, 2, 1].map((factor) => factor * power).find((value) => value <= room);
    at("scale-bar").style.width = `${long * this.view.scale}px`;
    const text = `${Number(long.toPrecision(1))} mm`;
    if (at("scale-text").textContent !== text) at("scale-text").textContent = text;
  }

  #size() {
    const measure = () => {
      const box = this.stage.getBoundingClientRect();
      this.view.resize(box.width, box.height);
      this.redraw();
    };
    new ResizeObserver(measure).observe(this.stage);
    measure();
  }

  #controls() {
    const zoom = (factor) => () => {
      this.view.zoomAt(factor, this.view.width / 2, this.view.height / 2);
      this.redraw();
    };
    at("zoom-in").addEventListener("click", zoom(ZOOM));
    at("zoom-out").addEventListener("click", zoom(1 / ZOOM));
    at("zoom-fit").addEventListener("click", () => {
      this.view.fit();
      this.redraw();
    });
    at("outlined").addEventListener("change", () => this.redraw());
    at("layer").addEventListener("change", () => this.layer(at("layer").value));
    if (at("layer").value) this.layer(at("layer").value);
    const filters = [...document.querySelectorAll("#kinds input")];
    const filter = () => {
      const hidden = filters.filter((one) => !one.checked).map((one) => one.value);
      this.painter.hide(hidden);
      for (const table of Object.values(this.tables)) table?.hide(hidden);
      this.redraw();
    };
    for (const one of filters) one.addEventListener("change", filter);
    if (filters.some((one) => !one.checked)) filter();
  }
}

const kindOf = (shape) => (shape.what === "scar" ? "scar" : "mark");

async function start() {
  const root = at("viewer");
  root.classList.add("live");
  try {
    const told = await getJson(`${root.dataset.base}/shapes.json`);
    const page = new Page(root, told);
    const wanted = decodeURIComponent(location.hash.slice(1));
    if (page.shapes.number.has(wanted)) await page.choose(wanted, true);
    root.dataset.ready = "true";
  } catch (error) {
    at("trouble").textContent = error.message;
    at("trouble").hidden = false;
  }
}

start();
