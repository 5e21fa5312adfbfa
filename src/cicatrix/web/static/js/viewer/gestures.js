// Moving and zooming by mouse, fingers and keys. A tool that is in hand may take what the pointer does for itself.

const KEY_STEP = 60;
const KEY_ZOOM = 1.25;
const CLICK_SLOP = 4;

// `tool()` is what is in hand, or null: an object with any of down, move, up, key, each true where it took the event.
export function listen(stage, view, { changed, clicked, hovered, tool }) {
  const fingers = new Map();
  let start = null;
  let taken = false;

  const place = (event) => {
    const box = stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest("button, input, select")) return;
    stage.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, place(event));
    start = { ...place(event), moved: fingers.size > 1 };
    taken = fingers.size === 1 && Boolean(tool()?.down?.(place(event), event));
  });

  stage.addEventListener("pointermove", (event) => {
    const now = place(event);
    const before = fingers.get(event.pointerId);
    if (!before) {
      if (!tool()?.move?.(now, event, false)) hovered(now);
      return;
    }
    if (start && Math.hypot(now.x - start.x, now.y - start.y) > CLICK_SLOP) start.moved = true;
    if (taken && fingers.size === 1) tool()?.move?.(now, event, true);
    else if (fingers.size === 2) pinch(event.pointerId, before, now);
    else if (start?.moved) view.panBy(now.x - before.x, now.y - before.y);
    fingers.set(event.pointerId, now);
    changed();
  });

  const pinch = (id, before, now) => {
    const other = [...fingers].find(([each]) => each !== id)[1];
    const spread = (point) => Math.max(Math.hypot(point.x - other.x, point.y - other.y), 1);
    view.panBy((now.x - before.x) / 2, (now.y - before.y) / 2);
    view.zoomAt(spread(now) / spread(before), (now.x + other.x) / 2, (now.y + other.y) / 2);
  };

  const lift = (event) => {
    if (!fingers.delete(event.pointerId)) return;
    if (taken) tool()?.up?.(place(event), event);
    else if (event.type === "pointerup" && start && !start.moved && !fingers.size) clicked(place(event));
    if (!fingers.size) [start, taken] = [null, false];
    changed();
  };
  stage.addEventListener("pointerup", lift);
  stage.addEventListener("pointercancel", lift);
  stage.addEventListener("pointerleave", () => hovered(null));

  stage.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const at = place(event);
      const lines = event.deltaMode === 1 ? 16 : 1;
      view.zoomAt(Math.exp(-Math.min(Math.max(event.deltaY * lines, -200), 200) * 0.0022), at.x, at.y);
      changed();
    },
    { passive: false },
  );

  const moves = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  stage.addEventListener("keydown", (event) => {
    if (event.target !== stage || event.ctrlKey || event.metaKey || event.altKey) return;
    if (tool()?.key?.(event)) event.preventDefault();
    else if (event.key in moves) view.panBy(moves[event.key][0] * KEY_STEP, moves[event.key][1] * KEY_STEP);
    else if (event.key === "+" || event.key === "=") view.zoomAt(KEY_ZOOM, view.width / 2, view.height / 2);
    else if (event.key === "-") view.zoomAt(1 / KEY_ZOOM, view.width / 2, view.height / 2);
    else if (event.key === "0") view.fit();
    else return;
    event.preventDefault();
    changed();
  });
}
