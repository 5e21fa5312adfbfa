"use strict";
(() => {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (!still) document.documentElement.classList.add("smooth");

  // A scar that is pointed at or focused lights up everywhere: outlines, row and card.
  let lit = null;
  const light = (number) => {
    if (number === lit) return;
    for (const one of document.querySelectorAll("[data-s].on")) one.classList.remove("on");
    lit = number;
    if (number === null) return;
    for (const one of document.querySelectorAll(`[data-s="${number}"]`)) one.classList.add("on");
  };
  const scarAt = (event) => event.target.closest?.("[data-s]")?.dataset.s ?? null;
  for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, (event) => light(scarAt(event)));

  // Columns sort by their raw numbers; equal rows keep the scars' order.
  const body = document.querySelector("#table tbody");
  const valueOf = (row, column) => row.cells[column].dataset.v;
  const sort = (button) => {
    const head = button.closest("th");
    const down = head.getAttribute("aria-sort") === "ascending";
    const column = Number(button.dataset.column);
    const compare = button.dataset.order === "number"
      ? (a, b) => Number(valueOf(a, column)) - Number(valueOf(b, column))
      : (a, b) => valueOf(a, column).localeCompare(valueOf(b, column), "en");
    const rows = [...body.rows].sort((a, b) => Number(a.dataset.s) - Number(b.dataset.s));
    rows.sort((a, b) => (down ? compare(b, a) : compare(a, b)));
    body.append(...rows);
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const order = button.dataset.order === "number" ? ["smallest first", "largest first"] : ["A to Z", "Z to A"];
    document.getElementById("sorted").textContent =
      `Sorted by ${button.firstChild.textContent.trim()}, ${order[down ? 1 : 0]}.`;
  };
  for (const button of document.querySelectorAll("#table th button")) {
    button.addEventListener("click", () => sort(button));
  }

  // A link into something folded unfolds it.
  const unfold = () => {
    const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    let folded = target?.closest("details:not([open])");
    if (!folded) return;
    for (; folded; folded = folded.parentElement.closest("details:not([open])")) folded.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();

  // Numbers on the pictures keep their size on paper of any width.
  const pair = document.querySelector(".pair");
  const frame = pair.querySelector(".frame");
  const fit = () => pair.style.setProperty("--px", String(Number(pair.style.getPropertyValue("--w")) / frame.clientWidth));
  new ResizeObserver(fit).observe(frame);

  // On paper the table and the sources are always there; the rest as it is unfolded.
  addEventListener("beforeprint", () => {
    pair.style.removeProperty("--px");
    for (const one of document.querySelectorAll("#table details, #sources details")) one.open = true;
  });
  addEventListener("afterprint", fit);
})();
