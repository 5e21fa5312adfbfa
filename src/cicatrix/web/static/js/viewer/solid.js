// The panel with the surface in three dimensions: loaded when it is first opened, because it is large.

import { make } from "./dom.js";
import { getBuffer } from "../http.js";

const LONGEST_PICTURE = 2048;
const NO_WEBGL =
  "This browser or machine cannot draw in three dimensions (WebGL is missing or switched off). " +
  "The layers Relief and Height and the cuts show the same surface.";

const at = (id) => document.getElementById(id);

export class Solid {
  constructor(base, page) {
    this.base = base;
    this.page = page;
    this.surface = null;
    this.toggle = at("solid-tool");
    this.panel = at("solid");
    this.toggle.addEventListener("click", () => this.#open(this.panel.hidden));
    at("solid-again").addEventListener("click", () => this.load());
    const turns = { "turn-left": [-1, 0], "turn-right": [1, 0], "turn-up": [0, -1], "turn-down": [0, 1] };
    for (const [id, [around, towards]] of Object.entries(turns)) {
      at(id).addEventListener("click", () => this.surface?.turn(around, towards));
    }
    at("solid-closer").addEventListener("click", () => this.surface?.closer(1.25));
    at("solid-further").addEventListener("click", () => this.surface?.closer(0.8));
    at("solid-home").addEventListener("click", () => this.surface?.home());
    for (const id of ["light-azimuth", "light-elevation", "exaggeration"]) {
      at(id).addEventListener("input", () => this.#set());
    }
    at("solid-canvas").addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#size()).observe(at("solid-canvas").parentElement);
  }

  // The part of the skin that the picture shows now.
  async load() {
    const { view, limits } = this.page;
    const seen = view.visible();
    const box = {
      x0: Math.max(seen.x0, 0),
      y0: Math.max(seen.y0, 0),
      x1: Math.min(seen.x1, limits.widthMm),
      y1: Math.min(seen.y1, limits.heightMm),
    };
    try {
      if (!(await this.#prepared())) return;
      const { unpack } = this.module;
      const query = Object.entries(box)
        .map(([name, value]) => `${name}=${value.toFixed(4)}`)
        .join("&");
      this.shown = unpack(await getBuffer(`${this.base}/surface.bin?${query}`));
      this.#size();
      this.surface.show(this.shown, this.page.picture.part(this.shown, view, LONGEST_PICTURE));
      this.#set();
      this.panel.dataset.shown = "true";
    } catch (error) {
      at("solid-told").textContent = error.message;
    }
  }

  recolour() {
    if (this.shown) this.surface.colour(this.page.picture.part(this.shown, this.page.view, LONGEST_PICTURE));
  }

  #open(open) {
    this.panel.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
    if (!open) return;
    this.panel.scrollIntoView({ block: "nearest" });
    this.load();
  }

  async #prepared() {
    if (this.surface) return true;
    this.module ??= await import("./surface.js");
    try {
      this.surface = new this.module.Surface(at("solid-canvas"));
      return true;
    } catch {
      this.panel.querySelector(".solid-view").replaceChildren(make("p", { class: "refusal" }, NO_WEBGL));
      this.panel.dataset.shown = "missing";
      return false;
    }
  }

  #set() {
    const [azimuth, elevation, times] = ["light-azimuth", "light-elevation", "exaggeration"].map((id) =>
      Number(at(id).value),
    );
    this.surface?.light(azimuth, elevation);
    this.surface?.exaggerate(times);
    at("azimuth-now").textContent = `${azimuth}°`;
    at("elevation-now").textContent = `${elevation}°`;
    const size = this.shown
      ? `${(this.shown.x1 - this.shown.x0).toFixed(1)} × ${(this.shown.y1 - this.shown.y0).toFixed(1)} mm of skin; `
      : "";
    at("solid-told").textContent =
      `${size}heights drawn ${times === 1 ? "as they are" : `${times} times as large as they are`}.`;
  }

  #size() {
    const box = at("solid-canvas").parentElement?.getBoundingClientRect();
    if (this.surface && box?.width) this.surface.resize(Math.round(box.width), Math.round(box.height));
  }

  #key(event) {
    const turns = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key in turns) this.surface?.turn(...turns[event.key]);
    else if (event.key === "+" || event.key === "=") this.surface?.closer(1.25);
    else if (event.key === "-") this.surface?.closer(0.8);
    else if (event.key === "0") this.surface?.home();
    else return;
    event.preventDefault();
  }
}
