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
    const { values, width } = this;
    const radius = radiusOf(brush, pressure);
    const outer = radius + 0.5;
    const fade = radius * (1 - brush.hardness) + 1;
    const target = brush.isErasing ? 0 : FULL;
    for (let y = top; y < bottom; y += 1) {
      const vertical = (y + 0.5 - at.y) ** 2;
      const half = Math.sqrt(Math.max(0, outer ** 2 - vertical));
      const end = Math.min(right, Math.ceil(at.x + half));
      for (let x = Math.max(left, Math.floor(at.x - half)); x < end; x += 1) {
        const strength = (outer - Math.sqrt((x + 0.5 - at.x) ** 2 + vertical)) / fade;
        if (strength <= 0) continue;
        const place = y * width + x;
        const before = values[place] ?? 0;
        values[place] = strength >= 1 ? target : Math.round(before + (target - before) * strength);
      }
    }
  }

  fill(value: 0 | 255): void {
    this.values.fill(value);
  }

  invert(): void {
    const { values } = this;
    for (let place = 0; place < values.length; place += 1) values[place] = FULL - (values[place] ?? 0);
  }

  isEmpty(): boolean {
    return this.values.every((value) => value === 0);
  }

  /** Soften all edges: about a Gaussian blur, by three box blurs. `radius` in pixels. */
  soften(radius: number): void {
    // Three boxes of this width have a standard deviation of half the radius.
    const reach = Math.max(1, Math.round((Math.sqrt(radius ** 2 + 1) - 1) / 2));
    const other = new Uint8Array(this.values.length);
    for (let pass = 0; pass < 3; pass += 1) {
      blurRows(this.values, other, this, reach);
      blurColumns(other, this.values, this, reach);
    }
  }
}

const radiusOf = ({ size }: Brush, pressure: number): number => Math.max(1, size * pressure) / 2;

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
