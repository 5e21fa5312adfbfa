// Small helpers to build pages without writing markup as text.

const SVG = "http://www.w3.org/2000/svg";

export function make(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

export function draw(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(one, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    one.setAttribute(key, value === true ? "" : String(value));
  }
  one.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return one;
}

export const say = (text) => {
  const place = document.getElementById("said");
  if (place) place.textContent = text;
};

export function button(text, act, attributes = {}) {
  const one = make("button", { type: "button", ...attributes }, text);
  one.addEventListener("click", act);
  return one;
}
