// The camera over the picture: where a point of the skin, in mm from the picture's top-left corner, lies on the screen.

const LEAST_OF_FIT = 0.5;
const SCREEN_PIXELS_A_PIXEL = 24;

export class View {
  constructor(widthMm, heightMm, pixelMm) {
    this.widthMm = widthMm;
    this.heightMm = heightMm;
    this.most = SCREEN_PIXELS_A_PIXEL / pixelMm;
    this.width = 1;
    this.height = 1;
    this.fit();
  }

  // Size of the screen in CSS pixels; what is in the middle stays there.
  resize(width, height) {
    const whole = Math.abs(this.scale / this.fitting - 1) < 1e-6;
    const middle = this.toSkin(this.width / 2, this.height / 2);
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    if (whole) this.fit();
    else this.centre(middle.x, middle.y);
  }

  get fitting() {
    return Math.min(this.width / this.widthMm, this.height / this.heightMm);
  }

  fit() {
    this.scale = this.fitting;
    this.centre(this.widthMm / 2, this.heightMm / 2);
  }

  centre(xMm, yMm, scale = this.scale) {
    this.scale = this.#allowed(scale);
    this.left = this.width / 2 - xMm * this.scale;
    this.top = this.height / 2 - yMm * this.scale;
    this.#keep();
  }

  zoomAt(factor, x, y) {
    const point = this.toSkin(x, y);
    this.scale = this.#allowed(this.scale * factor);
    this.left = x - point.x * this.scale;
    this.top = y - point.y * this.scale;
    this.#keep();
  }

  panBy(dx, dy) {
    this.left += dx;
    this.top += dy;
    this.#keep();
  }

  toScreen(xMm, yMm) {
    return { x: this.left + xMm * this.scale, y: this.top + yMm * this.scale };
  }

  toSkin(x, y) {
    return { x: (x - this.left) / this.scale, y: (y - this.top) / this.scale };
  }

  // What of the skin can be seen, wider by `margin` times the screen on each side.
  visible(margin = 0) {
    const low = this.toSkin(-margin * this.width, -margin * this.height);
    const high = this.toSkin((1 + margin) * this.width, (1 + margin) * this.height);
    return { x0: low.x, y0: low.y, x1: high.x, y1: high.y };
  }

  #allowed(scale) {
    return Math.min(Math.max(scale, LEAST_OF_FIT * this.fitting), Math.max(this.most, this.fitting));
  }

  // The picture cannot be pushed off the screen: some of it always lies in the middle.
  #keep() {
    const inside = (at, long, room) => Math.min(Math.max(at, room / 2 - long), room / 2);
    this.left = inside(this.left, this.widthMm * this.scale, this.width);
    this.top = inside(this.top, this.heightMm * this.scale, this.height);
  }
}
