// Cross-section as a drawing: skin, rim, depth with its interval, axes in mm.

import { draw } from "./dom.js";

const WIDTH = 560;
const HEIGHT = 250;
const EDGE = { left: 52, right: 14, top: 16, bottom: 40 };

// `depth` is { value, low, high } in mm below the rim, or null for a free cut; returns an <svg>.
export function sectionDrawing({ along_mm: along, height_mm: heights, rim_mm: rim = null }, depth, label) {
  const axes = axesOf(along, heights, rim, depth);
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "section", role: "img", "aria-label": label });
  svg.append(...grid(axes), skin(axes, along, heights));
  if (rim) svg.append(draw("path", { class: "rim", d: line(axes, along, rim) }));
  if (rim && depth) svg.append(...arrow(axes, along, heights, rim, depth));
  svg.append(draw("path", { class: "skin", d: line(axes, along, heights) }));
  return svg;
}

export function axesOf(along, heights, rim, depth) {
  const known = heights.filter((value) => value !== null);
  let low = Math.min(...known, ...(rim ?? []));
  let high = Math.max(...known, ...(rim ?? []));
  if (rim && depth) {
    const at = deepest(heights, rim, depth.value);
    low = Math.min(low, rim[at] - depth.high, rim[at] - depth.low);
    high = Math.max(high, rim[at] - depth.high, rim[at] - depth.low);
  }
  const middle = (low + high) / 2;
  const half = Math.max((high - low) * 0.56, 0.02);
  const [x0, x1, y0, y1] = [along[0], Math.max(along.at(-1), along[0] + 1e-6), middle - half, middle + half];
  const perX = (WIDTH - EDGE.left - EDGE.right) / (x1 - x0);
  const perY = (HEIGHT - EDGE.top - EDGE.bottom) / (y1 - y0);
  return {
    x0,
    x1,
    y0,
    y1,
    stretch: perY / perX,
    x: (value) => EDGE.left + (value - x0) * perX,
    y: (value) => EDGE.top + (y1 - value) * perY,
  };
}

export function niceStep(span, parts) {
  const rough = span / parts;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough * (1 - 1e-9));
}

const signed = (value, places) =>
  value
    .toFixed(places)
    .replace(/^-(?=0\.?0*$)/, "")
    .replace("-", "−");

function ticks(low, high, parts) {
  const step = niceStep(high - low, parts);
  const places = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const found = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high + 1e-9; at += 1) {
    found.push([at * step, signed(at * step, places)]);
  }
  return found;
}

function grid(axes) {
  const bottom = HEIGHT - EDGE.bottom;
  const across = ticks(axes.x0, axes.x1, 7).flatMap(([value, text]) => [
    draw("path", { class: "grid", d: `M${axes.x(value)},${EDGE.top}V${bottom}` }),
    draw("text", { class: "tick", x: axes.x(value), y: bottom + 15, "text-anchor": "middle" }, text),
  ]);
  const up = ticks(axes.y0, axes.y1, 5).flatMap(([value, text]) => [
    draw("path", { class: "grid", d: `M${EDGE.left},${axes.y(value)}H${WIDTH - EDGE.right}` }),
    draw("text", { class: "tick", x: EDGE.left - 6, y: axes.y(value) + 4, "text-anchor": "end" }, text),
  ]);
  const stretch = axes.stretch >= 1.05 ? `; heights drawn ${axes.stretch.toPrecision(2)} times as large` : "";
  const name = draw(
    "text",
    { class: "tick", x: WIDTH - EDGE.right, y: HEIGHT - 6, "text-anchor": "end" },
    `mm along the cut${stretch}`,
  );
  return [...across, ...up, draw("text", { class: "tick", x: 4, y: 12 }, "mm"), name];
}

function line(axes, along, values) {
  let path = "";
  values.forEach((value, at) => {
    if (value === null) return;
    const pen = at > 0 && values[at - 1] !== null ? "L" : "M";
    path += `${pen}${axes.x(along[at]).toFixed(1)},${axes.y(value).toFixed(1)}`;
  });
  return path;
}

function skin(axes, along, heights) {
  if (heights.includes(null)) return draw("g");
  const bottom = HEIGHT - EDGE.bottom;
  return draw("path", { class: "body", d: `${line(axes, along, heights)}V${bottom}H${axes.x(along[0])}Z` });
}

function deepest(heights, rim, depth) {
  const sign = depth < 0 ? -1 : 1;
  let best = 0;
  let most = -Infinity;
  heights.forEach((height, at) => {
    const gap = sign * (rim[at] - height);
    if (gap > most) [best, most] = [at, gap];
  });
  return best;
}

function arrow(axes, along, heights, rim, depth) {
  const at = deepest(heights, rim, depth.value);
  const x = axes.x(along[at]);
  const from = axes.y(rim[at]);
  const [to, low, high] = [depth.value, depth.low, depth.high].map((value) => axes.y(rim[at] - value));
  const head = to > from ? -6 : 6;
  return [
    draw("rect", {
      class: "interval",
      x: x - 22,
      width: 44,
      y: Math.min(low, high),
      height: Math.max(Math.abs(high - low), 1),
    }),
    draw("path", { class: "depth", d: `M${x},${from}V${to}M${x - 4},${to + head}L${x},${to}L${x + 4},${to + head}` }),
  ];
}
