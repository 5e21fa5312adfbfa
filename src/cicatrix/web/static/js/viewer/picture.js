// One layer of the picture, kept in ever smaller copies so that a large one moves as easily as a small one.

const SMALLEST = 512;

export class Picture {
  constructor(fetchBlob) {
    this.fetchBlob = fetchBlob;
    this.layers = new Map();
    this.current = null;
  }

  // Loads a layer once and shows it; the one before stays until then.
  async show(name, address) {
    this.wanted = name;
    if (!this.layers.has(name)) this.layers.set(name, this.#load(address));
    const copies = await this.layers.get(name).catch((error) => {
      this.layers.delete(name);
      throw error;
    });
    if (this.wanted !== name) return false;
    this.current = copies;
    return true;
  }

  draw(pen, view, ratio) {
    const [left, top] = [view.left, view.top];
    const [width, height] = [view.widthMm * view.scale, view.heightMm * view.scale];
    if (!this.current) {
      pen.fillStyle = "#8a9299";
      pen.fillRect(left, top, width, height);
      return;
    }
    const copy = this.#fitting((width * ratio) / this.current[0].width);
    const perPixel = width / copy.width;
    const x0 = Math.max(0, Math.floor(-left / perPixel));
    const y0 = Math.max(0, Math.floor(-top / perPixel));
    const x1 = Math.min(copy.width, Math.ceil((view.width - left) / perPixel));
    const y1 = Math.min(copy.height, Math.ceil((view.height - top) / perPixel));
    if (x1 <= x0 || y1 <= y0) return;
    pen.imageSmoothingEnabled = perPixel * ratio < 4;
    pen.drawImage(
      copy,
      x0,
      y0,
      x1 - x0,
      y1 - y0,
      left + x0 * perPixel,
      top + y0 * perPixel,
      (x1 - x0) * perPixel,
      (y1 - y0) * perPixel,
    );
  }

  // What of the layer lies in a box of the skin, as a canvas no side of which is longer than `longest`.
  part(box, view, longest) {
    const canvas = document.createElement("canvas");
    const copy = this.current?.[0];
    const scale = copy ? copy.width / view.widthMm : 1;
    const shrink = Math.min(1, longest / (Math.max(box.x1 - box.x0, box.y1 - box.y0) * scale));
    canvas.width = Math.max(1, Math.round((box.x1 - box.x0) * scale * shrink));
    canvas.height = Math.max(1, Math.round((box.y1 - box.y0) * scale * shrink));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#c9a58f";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    if (copy) {
      const source = [box.x0 * scale, box.y0 * scale, (box.x1 - box.x0) * scale, (box.y1 - box.y0) * scale];
      pen.drawImage(copy, ...source, 0, 0, canvas.width, canvas.height);
    }
    return canvas;
  }

  #fitting(share) {
    let at = 0;
    while (at + 1 < this.current.length && this.current[at + 1].width / this.current[0].width >= share) at += 1;
    return this.current[at];
  }

  async #load(address) {
    const copies = [await createImageBitmap(await this.fetchBlob(address))];
    while (Math.max(copies.at(-1).width, copies.at(-1).height) > 2 * SMALLEST) {
      const last = copies.at(-1);
      const size = {
        resizeWidth: Math.ceil(last.width / 2),
        resizeHeight: Math.ceil(last.height / 2),
        resizeQuality: "high",
      };
      copies.push(await createImageBitmap(last, size));
    }
    return copies;
  }
}
