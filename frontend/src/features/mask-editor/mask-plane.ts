/** How much each pixel of a mask is painted, 0..255; without a canvas, so that a stroke costs only its dabs. */
import { type Bounds, boundsOf, type Point, type Size } from "./geometry";

export interface Brush {
  /** Diameter in pixels of the image. */
  readonly size: number;
  /** Part of the radius that is fully painted, 0..1; the rest fades out. */
  readonly hardness: number;
  readonly isErasing: boolean;
}

const FULL = 255;
/** Box blurs that together are about a Gaussian blur. */
const PASSES = 3;

export class MaskPlane implements Size {
  readonly width: number;
  readonly height: number;
  /** Row by row. */
  readonly values: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.values = new Uint8Array(width * height);
  }

  /** Return what a dab touches; null if it is outside. `pressure` is a factor of the size. */
  boundsOf(at: Point, brush: Brush, pressure: number): Bounds | null {
    return boundsOf(at, radiusOf(brush, pressure), this);
  }

  /** Paint or erase a disc within its bounds. Its edge fades over at least a pixel. */
  dab(at: Point, brush: Brush, pressure: number, { left, top, right, bottom }: Bounds): void {
    const radius = radiusOf(brush, pressure);
    const outer = radius + 0.5;
    const fade = radius * (1 - brush.hardness) + 1;
    const target = brush.isErasing ? 0 : FULL;
    const within = (x: number) => Math.min(right, Math.max(left, x));
    for (let y = top; y < bottom; y += 1) {
      const vertical = (y + 0.5 - at.y) ** 2;
      const half = halfWidth(outer, vertical);
      const core = halfWidth(outer - fade, vertical);
      const [start, end] = [within(Math.floor(at.x - half)), within(Math.ceil(at.x + half))];
      // Between these nothing fades.
      const coreStart = core === 0 ? end : within(Math.ceil(at.x - core - 0.5));
      const coreEnd = core === 0 ? end : Math.max(coreStart, within(Math.floor(at.x + core + 0.5)));
      const row = y * this.width;
      this.values.fill(target, row + coreStart, row + coreEnd);
      const edge = { row, middle: at.x, vertical, outer, fade, target };
      this.fade(start, coreStart, edge);
      this.fade(coreEnd, end, edge);
    }
  }

  /** Paint or erase a part of a row, the less the nearer it is to the edge of the disc. */
  private fade(start: number, end: number, { row, middle, vertical, outer, fade, target }: Edge): void {
    const { values } = this;
    for (let x = start; x < end; x += 1) {
      const before = values[row + x] ?? 0;
      if (before === target) continue;
      const strength = (outer - Math.sqrt((x + 0.5 - middle) ** 2 + vertical)) / fade;
      if (strength > 0) values[row + x] = Math.round(before + (target - before) * Math.min(1, strength));
    }
  }

  fill(value: 0 | 255, { left, top, right, bottom }: Bounds): void {
    for (let y = top; y < bottom; y += 1)
      this.values.fill(value, y * this.width + left, y * this.width + right);
  }

  invert({ left, top, right, bottom }: Bounds): void {
    const { values, width } = this;
    for (let y = top; y < bottom; y += 1)
      for (let place = y * width + left; place < y * width + right; place += 1)
        values[place] = FULL - (values[place] ?? 0);
  }

  isEmpty(): boolean {
    const { values } = this;
    for (let place = 0; place < values.length; place += 1) if (values[place] !== 0) return false;
    return true;
  }

  /**
   * Soften the edges within the bounds: about a Gaussian blur. `radius` in pixels; `before` are the values of
   * the whole mask before any of it was softened.
   */
  soften(before: Uint8Array, bounds: Bounds, radius: number): void {
    // Three boxes of this width have a standard deviation of half the radius.
    const reach = Math.max(1, Math.round((Math.sqrt(radius ** 2 + 1) - 1) / 2));
    const around = PASSES * reach;
    const left = Math.max(0, bounds.left - around);
    const top = Math.max(0, bounds.top - around);
    const size = {
      width: Math.min(this.width, bounds.right + around) - left,
      height: Math.min(this.height, bounds.bottom + around) - top,
    };
    const values = new Uint8Array(size.width * size.height);
    for (let y = 0; y < size.height; y += 1) {
      const start = (top + y) * this.width + left;
      values.set(before.subarray(start, start + size.width), y * size.width);
    }
    if (isUniform(values)) return;
    const other = new Uint8Array(values.length);
    for (let pass = 0; pass < PASSES; pass += 1) {
      blurRows(values, other, size, reach);
      blurColumns(other, values, size, reach);
    }
    for (let y = bounds.top; y < bounds.bottom; y += 1) {
      const start = (y - top) * size.width + bounds.left - left;
      this.values.set(
        values.subarray(start, start + bounds.right - bounds.left),
        y * this.width + bounds.left,
      );
    }
  }
}

/** A row of a disc; distances in pixels, `vertical` squared. */
interface Edge {
  readonly row: number;
  readonly middle: number;
  readonly vertical: number;
  readonly outer: number;
  readonly fade: number;
  readonly target: number;
}

/** Return half of the width of a disc in a row at this squared distance; 0 outside of it. */
const halfWidth = (radius: number, vertical: number): number =>
  radius > 0 ? Math.sqrt(Math.max(0, radius ** 2 - vertical)) : 0;

const radiusOf = ({ size }: Brush, pressure: number): number => Math.max(1, size * pressure) / 2;

function isUniform(values: Uint8Array): boolean {
  const [first] = values;
  for (let place = 1; place < values.length; place += 1) if (values[place] !== first) return false;
  return true;
}

/** Average along rows; pixels beyond the edges are as those at the edges. */
function blurRows(from: Uint8Array, to: Uint8Array, { width, height }: Size, reach: number): void {
  const count = 2 * reach + 1;
  for (let y = 0; y < height; y += 1) {
    const start = y * width;
    const at = (x: number) => from[start + Math.min(width - 1, Math.max(0, x))] ?? 0;
    let sum = 0;
    for (let x = -reach - 1; x < reach; x += 1) sum += at(x);
    for (let x = 0; x < width; x += 1) {
      sum += at(x + reach) - at(x - reach - 1);
      to[start + x] = (sum / count + 0.5) | 0;
    }
  }
}

/** Average along columns, row by row, because neighbours in memory are read faster. */
function blurColumns(from: Uint8Array, to: Uint8Array, { width, height }: Size, reach: number): void {
  const count = 2 * reach + 1;
  const sums = new Int32Array(width);
  const rowAt = (y: number) => Math.min(height - 1, Math.max(0, y)) * width;
  const add = (y: number, sign: 1 | -1) => {
    const start = rowAt(y);
    for (let x = 0; x < width; x += 1) sums[x] = (sums[x] ?? 0) + sign * (from[start + x] ?? 0);
  };
  for (let y = -reach - 1; y < reach; y += 1) add(y, 1);
  for (let y = 0; y < height; y += 1) {
    add(y + reach, 1);
    add(y - reach - 1, -1);
    const start = y * width;
    for (let x = 0; x < width; x += 1) to[start + x] = ((sums[x] ?? 0) / count + 0.5) | 0;
  }
}
