/** Which pixels of the picture are taken: labels ask before they are drawn. */
const CELL_PX = 64;

export class Collider {
  constructor() {
    this.cells = new Map();
  }

  /** Whether nothing lies in the box (all in canvas pixels). */
  isFree(x0, y0, x1, y1) {
    return !this.#some(x0, y0, x1, y1, (b) => b[0] < x1 && b[2] > x0 && b[1] < y1 && b[3] > y0);
  }

  take(x0, y0, x1, y1) {
    const box = [x0, y0, x1, y1];
    this.#each(x0, y0, x1, y1, (key) => {
      const list = this.cells.get(key);
      if (list) list.push(box);
      else this.cells.set(key, [box]);
    });
  }

  /** Take the box if it is free. */
  claim(x0, y0, x1, y1) {
    if (!this.isFree(x0, y0, x1, y1)) return false;
    this.take(x0, y0, x1, y1);
    return true;
  }

  #each(x0, y0, x1, y1, visit) {
    for (let cx = Math.floor(x0 / CELL_PX); cx <= Math.floor(x1 / CELL_PX); cx += 1) {
      for (let cy = Math.floor(y0 / CELL_PX); cy <= Math.floor(y1 / CELL_PX); cy += 1) visit(cx * 100003 + cy);
    }
  }

  #some(x0, y0, x1, y1, test) {
    let found = false;
    this.#each(x0, y0, x1, y1, (key) => {
      if (!found) found = this.cells.get(key)?.some(test) ?? false;
    });
    return found;
  }
}
