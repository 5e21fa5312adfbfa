// What can be drawn on the picture: a straight cut, and a closed line that is drawn or changed corner by corner.

const GRIP_PIXELS = 9;
const FREE_STEP_PIXELS = 6;

export class CutTool {
  constructor(view, done) {
    this.view = view;
    this.done = done;
    this.line = null;
  }

  down(place) {
    const at = this.view.toSkin(place.x, place.y);
    this.line = { x0: at.x, y0: at.y, x1: at.x, y1: at.y };
    return true;
  }

  move(place, event, pressed) {
    if (!pressed || !this.line) return false;
    const at = this.view.toSkin(place.x, place.y);
    Object.assign(this.line, { x1: at.x, y1: at.y });
    return true;
  }

  up() {
    const { x0, y0, x1, y1 } = this.line;
    if (Math.hypot(x1 - x0, y1 - y0) * this.view.scale > 5) this.done(this.line);
    return true;
  }

  set(line) {
    this.line = line;
  }

  draw(pen) {
    if (!this.line) return;
    const [from, to] = [this.view.toScreen(this.line.x0, this.line.y0), this.view.toScreen(this.line.x1, this.line.y1)];
    for (const [width, colour] of [
      [5, "#fff"],
      [2, "#17202a"],
    ]) {
      pen.setLineDash([]);
      pen.lineWidth = width;
      pen.strokeStyle = colour;
      pen.beginPath();
      pen.moveTo(from.x, from.y);
      pen.lineTo(to.x, to.y);
      pen.stroke();
    }
  }
}

// A closed line: a click adds a corner, a drag over the picture draws freely, a drag of a corner moves it.
export class OutlineTool {
  constructor(view, limits, changed) {
    this.view = view;
    this.limits = limits;
    this.changed = changed;
    this.points = [];
    this.held = -1;
    this.free = null;
  }

  set(points) {
    this.points = points.map(([x, y]) => [x, y]);
    this.changed();
  }

  down(place) {
    this.held = this.#gripAt(place);
    this.free = this.held < 0 ? [place] : null;
    return true;
  }

  move(place, event, pressed) {
    if (!pressed) return false;
    if (this.held >= 0) this.points[this.held] = this.#point(place);
    else if (this.free && Math.hypot(place.x - this.free.at(-1).x, place.y - this.free.at(-1).y) > FREE_STEP_PIXELS) {
      this.free.push(place);
    }
    return true;
  }

  up(place) {
    if (this.free?.length > 3) this.points = this.free.map((each) => this.#point(each));
    else if (this.free) this.#add(this.#point(place));
    [this.held, this.free] = [-1, null];
    this.changed();
    return true;
  }

  key(event) {
    if (event.key === "Backspace" || event.key === "Delete") this.points.pop();
    else return false;
    this.changed();
    return true;
  }

  // Moves every corner away from the middle by this much (or towards it).
  grow(byMm) {
    const middle = this.middle();
    this.set(
      this.points.map(([x, y]) => {
        const far = Math.hypot(x - middle.x, y - middle.y);
        const share = far > 0 ? Math.max(far + byMm, 0.02) / far : 1;
        return this.#inside(middle.x + (x - middle.x) * share, middle.y + (y - middle.y) * share);
      }),
    );
  }

  shift(dx, dy) {
    this.set(this.points.map(([x, y]) => this.#inside(x + dx, y + dy)));
  }

  circle(radiusMm) {
    const middle = this.view.toSkin(this.view.width / 2, this.view.height / 2);
    const turn = (at) => (at / 24) * 2 * Math.PI;
    this.set(
      Array.from({ length: 24 }, (_, at) =>
        this.#inside(middle.x + radiusMm * Math.cos(turn(at)), middle.y + radiusMm * Math.sin(turn(at))),
      ),
    );
  }

  middle() {
    const sum = this.points.reduce(([x, y], [px, py]) => [x + px, y + py], [0, 0]);
    return { x: sum[0] / this.points.length, y: sum[1] / this.points.length };
  }

  outline() {
    return this.points.map(([x, y]) => [Math.round(x * 1e4) / 1e4, Math.round(y * 1e4) / 1e4]);
  }

  draw(pen) {
    const drawn = this.free?.length > 1 ? this.free : this.points.map(([x, y]) => this.view.toScreen(x, y));
    if (!drawn.length) return;
    pen.setLineDash([]);
    pen.beginPath();
    drawn.forEach((at, number) => (number ? pen.lineTo(at.x, at.y) : pen.moveTo(at.x, at.y)));
    if (drawn.length > 2) pen.closePath();
    for (const [width, colour] of [
      [5, "#17202a"],
      [2, "#ffdf5d"],
    ]) {
      pen.lineWidth = width;
      pen.strokeStyle = colour;
      pen.stroke();
    }
    if (this.free?.length > 1) return;
    for (const at of drawn) {
      pen.beginPath();
      pen.arc(at.x, at.y, 4.5, 0, 2 * Math.PI);
      pen.fillStyle = "#fff";
      pen.fill();
      pen.lineWidth = 1.5;
      pen.strokeStyle = "#17202a";
      pen.stroke();
    }
  }

  #gripAt(place) {
    return this.points.findIndex(([x, y]) => {
      const at = this.view.toScreen(x, y);
      return Math.hypot(at.x - place.x, at.y - place.y) <= GRIP_PIXELS;
    });
  }

  // A new corner goes between the two that it lies nearest to, at the end while the line is short.
  #add(point) {
    const count = this.points.length;
    let best = count;
    let least = Infinity;
    for (let at = 0; at < count && count > 2; at += 1) {
      const [a, b] = [this.points[at], this.points[(at + 1) % count]];
      const detour = far(a, point) + far(point, b) - far(a, b);
      if (detour < least) [best, least] = [at + 1, detour];
    }
    this.points.splice(best, 0, point);
  }

  #point(place) {
    const at = this.view.toSkin(place.x, place.y);
    return this.#inside(at.x, at.y);
  }

  #inside(x, y) {
    return [Math.min(Math.max(x, 0), this.limits.widthMm), Math.min(Math.max(y, 0), this.limits.heightMm)];
  }
}

const far = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
