// Draws outlines without ever holding a frame up: they are drawn bit by bit on a canvas behind, larger than the
// screen, which is laid over the picture when it is done. Until then the one before is moved and scaled.

const MARGIN = 0.3;
const BUDGET_MS = 5;
const BATCH = 250;
const EFFORT = 350;
const SETTLED_MS = 90;
const GROWN = 1.8;
const DOT_PIXELS = 3;
const DASH_PIXELS = 40;
const LABEL_PIXELS = 22;
const CASING = "rgba(255, 255, 255, 0.85)";
const CHOSEN_CASING = "#ffdf5d";

export class OutlinePainter {
  constructor(shapes, styles) {
    this.shapes = shapes;
    this.styles = styles;
    this.hidden = new Set();
    this.front = null;
    this.job = null;
    this.version = 0;
  }

  use(shapes) {
    this.shapes = shapes;
    this.refresh();
  }

  hide(kinds) {
    this.hidden = new Set(kinds);
    this.refresh();
  }

  refresh() {
    this.version += 1;
    this.job = null;
  }

  shows(at) {
    return !this.hidden.has(this.shapes.list[at].kind);
  }

  // Draws one frame; true while a better one is on its way.
  frame(pen, view, ratio) {
    if (view.scale !== this.scale) [this.scale, this.since] = [view.scale, performance.now()];
    if (this.#stale(view, ratio) && !this.job && this.#due(view)) this.job = this.#begin(view, ratio);
    if (this.job) this.#step();
    if (this.front) this.#lay(pen, view, ratio);
    return this.job !== null || this.#stale(view, ratio);
  }

  // While the scale still changes, what is there is stretched, unless that has gone far already.
  #due(view) {
    if (!this.front || this.front.version !== this.version) return true;
    const grown = view.scale / this.front.view.scale;
    const settled = performance.now() - this.since > SETTLED_MS;
    return settled || grown > GROWN || grown < 1 / GROWN;
  }

  chosen(pen, view, at) {
    const shape = this.shapes.list[at];
    const style = this.styles[shape.kind];
    pen.setLineDash([]);
    const line = new Path2D();
    trace(line, this.shapes.corners(at, view.scale), (x, y) => view.toScreen(x, y), view.scale);
    stroke(pen, line, 8, CHOSEN_CASING);
    stroke(pen, line, 3, style.colour);
    this.#label(pen, view, shape, at, 1, CHOSEN_CASING);
  }

  #stale(view, ratio) {
    const front = this.front;
    if (!front || front.version !== this.version || front.ratio !== ratio) return true;
    if (Math.abs(front.view.scale / view.scale - 1) > 1e-3) return true;
    const seen = view.visible();
    return seen.x0 < front.box.x0 || seen.y0 < front.box.y0 || seen.x1 > front.box.x1 || seen.y1 > front.box.y1;
  }

  #begin(view, ratio) {
    const box = view.visible(MARGIN);
    const canvas = this.spare ?? document.createElement("canvas");
    this.spare = null;
    const [width, height] = [(1 + 2 * MARGIN) * view.width, (1 + 2 * MARGIN) * view.height].map((n) =>
      Math.ceil(n * ratio),
    );
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const pen = canvas.getContext("2d");
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const found = this.shapes.within(box).filter((at) => this.shows(at));
    const kind = (at) => this.shapes.list[at].kind;
    found.sort((a, b) => (kind(a) < kind(b) ? -1 : kind(a) > kind(b) ? 1 : a - b));
    const place = {
      scale: view.scale,
      toScreen: (x, y) => ({ x: (x - box.x0) * view.scale, y: (y - box.y0) * view.scale }),
    };
    return { canvas, pen, box, found, at: 0, view: place, ratio, version: this.version };
  }

  #step() {
    const job = this.job;
    const end = performance.now() + BUDGET_MS;
    // The browser draws later than it is told to, so the clock alone would let too much pile up.
    job.effort = 0;
    while (job.at < job.found.length && job.effort < EFFORT && performance.now() < end) job.at = this.#batch(job);
    if (job.at < job.found.length) return;
    this.spare = this.front?.canvas ?? null;
    this.front = job;
    this.job = null;
  }

  // A run of shapes of one kind becomes one path, stroked twice.
  #batch(job) {
    const kind = this.shapes.list[job.found[job.at]].kind;
    const [solid, dashed, labels] = [new Path2D(), new Path2D(), []];
    let at = job.at;
    for (; at < job.found.length && at < job.at + BATCH && job.effort < EFFORT; at += 1) {
      const one = job.found[at];
      if (this.shapes.list[one].kind !== kind) break;
      const box = this.shapes.boxes[one];
      const size = Math.max(box.x1 - box.x0, box.y1 - box.y0) * job.view.scale;
      trace(
        size > DASH_PIXELS ? dashed : solid,
        this.shapes.corners(one, job.view.scale),
        job.view.toScreen,
        job.view.scale,
      );
      if (size > LABEL_PIXELS) labels.push(one);
      job.effort += 1 + (size > DASH_PIXELS ? size / DASH_PIXELS : 0) + (size > LABEL_PIXELS ? 3 : 0);
    }
    const style = this.styles[kind];
    const thin = job.found.length > 2000 && job.view.scale < 20;
    for (const [path, dash] of [
      [solid, []],
      [dashed, style.dash],
    ]) {
      job.pen.setLineDash([]);
      stroke(job.pen, path, thin ? 2.4 : 4, CASING);
      job.pen.setLineDash(dash);
      stroke(job.pen, path, thin ? 1.2 : 2, style.colour);
    }
    for (const one of labels) this.#label(job.pen, job.view, this.shapes.list[one], one, 0, "#fff");
    return at;
  }

  #label(pen, view, shape, at, large, casing) {
    const box = this.shapes.boxes[at];
    const place = view.toScreen(box.x1, box.y0);
    pen.setLineDash([]);
    pen.font = `700 ${12 + 2 * large}px system-ui, sans-serif`;
    pen.textAlign = "left";
    pen.textBaseline = "bottom";
    pen.lineWidth = 3.5;
    pen.lineJoin = "round";
    pen.strokeStyle = casing;
    pen.fillStyle = this.styles[shape.kind].colour;
    const text = `${shape.id}${shape.corrected ? "†" : ""}`;
    pen.strokeText(text, place.x, place.y);
    pen.fillText(text, place.x, place.y);
  }

  // Only what can be seen of the canvas behind is copied.
  #lay(pen, view, ratio) {
    const { box, canvas } = this.front;
    const corner = view.toScreen(box.x0, box.y0);
    const grow = view.scale / this.front.view.scale / this.front.ratio;
    const whole = Math.abs(grow * ratio - 1) < 1e-3;
    const snap = (value) => (whole ? Math.round(value * ratio) / ratio : value);
    const [left, top] = [snap(corner.x), snap(corner.y)];
    const x0 = Math.max(0, Math.floor(-left / grow));
    const y0 = Math.max(0, Math.floor(-top / grow));
    const x1 = Math.min(canvas.width, Math.ceil((view.width - left) / grow));
    const y1 = Math.min(canvas.height, Math.ceil((view.height - top) / grow));
    if (x1 <= x0 || y1 <= y0) return;
    const [width, height] = [x1 - x0, y1 - y0];
    pen.imageSmoothingEnabled = !whole;
    pen.drawImage(canvas, x0, y0, width, height, left + x0 * grow, top + y0 * grow, width * grow, height * grow);
  }
}

function trace(path, corners, toScreen, scale) {
  const count = corners.length;
  if (count < 2) return;
  const first = toScreen(corners[0], corners[1]);
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < count; i += 2) [low, high] = [Math.min(low, corners[i]), Math.max(high, corners[i])];
  if ((high - low) * scale < DOT_PIXELS) {
    path.rect(first.x - 1, first.y - 1, 2, 2);
    return;
  }
  path.moveTo(first.x, first.y);
  for (let i = 2; i < count; i += 2) {
    const point = toScreen(corners[i], corners[i + 1]);
    path.lineTo(point.x, point.y);
  }
  path.closePath();
}

function stroke(pen, path, width, colour) {
  pen.lineWidth = width;
  pen.lineJoin = "round";
  pen.strokeStyle = colour;
  pen.stroke(path);
}
