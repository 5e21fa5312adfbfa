// Two pictures over each other: a line between them follows the range input, and the pointer on the picture.

function live(figure) {
  const range = figure.querySelector('input[type="range"]');
  const place = figure.querySelector(".stack-of-two");
  const picture = figure.querySelector(".under");
  if (!range || !place || !picture) return;

  const show = () => {
    const at = Number(range.value);
    figure.style.setProperty("--at", `${at}%`);
    range.setAttribute("aria-valuetext", `${at} % before, ${100 - at} % after`);
  };
  const ratio = () => {
    if (picture.naturalHeight) {
      figure.style.setProperty("--ratio", String(picture.naturalWidth / picture.naturalHeight));
    }
  };
  const follow = (event) => {
    const box = place.getBoundingClientRect();
    if (!box.width) return;
    range.value = String(Math.round((100 * (event.clientX - box.left)) / box.width));
    show();
  };

  figure.classList.add("live");
  picture.draggable = false;
  figure.querySelector(".over").draggable = false;
  range.addEventListener("input", show);
  place.addEventListener("pointerdown", (event) => {
    place.setPointerCapture(event.pointerId);
    follow(event);
  });
  place.addEventListener("pointermove", (event) => {
    if (place.hasPointerCapture(event.pointerId)) follow(event);
  });
  if (picture.complete) ratio();
  else picture.addEventListener("load", ratio, { once: true });
  show();
}

for (const figure of document.querySelectorAll("[data-slider]")) live(figure);
