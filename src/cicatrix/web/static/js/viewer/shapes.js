// Outlines in a grid, so that only those on the screen are drawn, with fewer corners where they are drawn small.

const CELLS_ACROSS = 64;
const FINEST_MM = 0.002;
const STEP = 4;
const LEVELS = 7;

export class Shapes {
  constructor(list, widthMm, heightMm) {
    this.list = list;
    this.number = new Map(list.map((shape, at) => [shape.id, at]));
    this.boxes = list.map((shape) => boxOf(shape.outline_mm, shape.x_mm, shape.y_mm));
    this.fine = list.map((shape) => Float32Array.from(shape.outline_mm.flat()));
    this.levels = Array.from({ length: LEVELS }, () => new Array(list.length));
    this.cell = Math.max(widthMm, heightMm, 1e-6) / CELLS_ACROSS;
    this.columns = Math.ceil(widthMm / this.cell) + 1;
    this.rows = Math.ceil(heightMm / this.cell) + 1;
    this.cells = new Map();
    this.boxes.forEach((box, at) =>
      this.#eachCell(box, (key) => {
        if (!this.cells.has(key)) this.cells.set(key, []);
        this.cells.get(key).push(at);
      }),
    );
    this.seen = new Uint32Array(list.length);
    this.turn = 0;
  }

  // Numbers of the shapes whose box meets this one, each once.
  within(box) {
    const found = [];
    this.turn += 1;
    this.#eachCell(box, (key) => {
      for (const at of this.cells.get(key) ?? []) {
        if (this.seen[at] === this.turn) continue;
        this.seen[at] = this.turn;
        if (meet(this.boxes[at], box)) found.push(at);
      }
    });
    return found;
  }

  // The smallest shape around a point, or the nearest one within `slackMm`; -1 without any.
  at(x, y, slackMm, shown = () => true) {
    let best = -1;
    let least = Infinity;
    for (const at of this.within({ x0: x - slackMm, y0: y - slackMm, x1: x + slackMm, y1: y + slackMm })) {
      if (!shown(at)) continue;
      const distance = inside(this.fine[at], x, y) ? 0 : nearest(this.fine[at], x, y);
      if (distance > slackMm) continue;
      const box = this.boxes[at];
      const rank = distance * 1e6 + (box.x1 - box.x0) * (box.y1 - box.y0);
      if (rank < least) [best, least] = [at, rank];
    }
    return best;
  }

  // Corners as x, y, x, y …, none of which strays by more than about a third of a screen pixel.
  corners(at, scale) {
    const level = levelAt(scale);
    if (level < 0) return this.fine[at];
    const kept = this.levels[level];
    kept[at] ??= simplify(this.fine[at], FINEST_MM * STEP ** level);
    return kept[at];
  }

  #eachCell(box, visit) {
    const clip = (value, most) => Math.min(Math.max(Math.floor(value / this.cell), 0), most - 1);
    const [c0, c1] = [clip(box.x0, this.columns), clip(box.x1, this.columns)];
    const [r0, r1] = [clip(box.y0, this.rows), clip(box.y1, this.rows)];
    for (let row = r0; row <= r1; row += 1) {
      for (let column = c0; column <= c1; column += 1) visit(row * this.columns + column);
    }
  }
}

function levelAt(scale) {
  const allowed = 0.35 / scale;
  return Math.min(Math.floor(Math.log(allowed / FINEST_MM) / Math.log(STEP)), LEVELS - 1);
}

function boxOf(points, x, y) {
  const box = { x0: x, y0: y, x1: x, y1: y };
  for (const [px, py] of points) {
    box.x0 = Math.min(box.x0, px);
    box.y0 = Math.min(box.y0, py);
    box.x1 = Math.max(box.x1, px);
    box.y1 = Math.max(box.y1, py);
  }
  return box;
}

const meet = (a, b) => a.x0 <= b.x1 && a.x1 >= b.x0 && a.y0 <= b.y1 && a.y1 >= b.y0;

export function inside(corners, x, y) {
  let odd = false;
  for (let i = 0, j = corners.length - 2; i < corners.length; j = i, i += 2) {
    const [xi, yi, xj, yj] = [corners[i], corners[i + 1], corners[j], corners[j + 1]];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
  }
  return odd;
}

function nearest(corners, x, y) {
  let least = Infinity;
  for (let i = 0, j = corners.length - 2; i < corners.length; j = i, i += 2) {
    least = Math.min(least, toSegment(corners[j], corners[j + 1], corners[i], corners[i + 1], x, y));
  }
  return least;
}

function toSegment(ax, ay, bx, by, x, y) {
  const [dx, dy] = [bx - ax, by - ay];
  const long = dx * dx + dy * dy;
  const share = long > 0 ? Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / long, 0), 1) : 0;
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}

// Douglas and Peucker 1973, doi:10.3138/FM57-6770-U75U-7727, on a closed line: first cut at its two far corners.
export function simplify(corners, tolerance) {
  const count = corners.length / 2;
  if (count < 5) return corners;
  let far = 0;
  let most = -1;
  for (let at = 1; at < count; at += 1) {
    const distance = Math.hypot(corners[2 * at] - corners[0], corners[2 * at + 1] - corners[1]);
    if (distance > most) [far, most] = [at, distance];
  }
  const keep = new Uint8Array(count + 1);
  keep[0] = keep[far] = 1;
  const open = [
    [0, far],
    [far, count],
  ];
  while (open.length) {
    const [from, to] = open.pop();
    const split = furthest(corners, from, to, count, tolerance);
    if (split < 0) continue;
    keep[split] = 1;
    open.push([from, split], [split, to]);
  }
  const kept = [];
  for (let at = 0; at < count; at += 1) if (keep[at]) kept.push(corners[2 * at], corners[2 * at + 1]);
  return Float32Array.from(kept);
}

function furthest(corners, from, to, count, tolerance) {
  const end = to % count;
  let split = -1;
  let most = tolerance;
  for (let at = from + 1; at < to; at += 1) {
    const distance = toSegment(
      corners[2 * from],
      corners[2 * from + 1],
      corners[2 * end],
      corners[2 * end + 1],
      corners[2 * at],
      corners[2 * at + 1],
    );
    if (distance > most) [split, most] = [at, distance];
  }
  return split;
}
