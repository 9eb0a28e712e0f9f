/**
 * A mask that is shown and painted. Every change can be undone. Changes are done in slices of a few
 * milliseconds, in the order in which they are asked for.
 */
import { DirtyAreas } from "./dirty-areas";
import { type Bounds, type Point, pointsBetween } from "./geometry";
import { History } from "./history";
import { type Brush, MaskPlane } from "./mask-plane";
import { Patch, TILE_PX, tilesOf } from "./patch";
import { Slices, type Work } from "./slices";

export type { Brush } from "./mask-plane";

const HISTORY_BYTES = 256 * 1024 * 1024;
/** Distance of the dabs of a stroke, as a part of the brush size. */
const SPACING = 0.12;
/** Rows that are converted at once. */
const BAND_PX = 64;
/** Edge of the tiles that are softened at once, which takes longer than other changes. */
const SOFTENED_PX = 128;
/** Pixels that are drawn at once. */
const SLICE_PX = 256 * 1024;

/** The pixel of each value over the image: magenta, the less transparent the more it is painted. */
const SHOWN = pixelsOf((value) => [255, 46, 147, value]);
/** The pixel of each value in a file. */
const GREY = pixelsOf((value) => [value, value, value, 255]);

export class MaskCanvas {
  /** What to show: transparent where the image is kept. */
  readonly canvas: HTMLCanvasElement;
  readonly width: number;
  readonly height: number;
  private readonly context: CanvasRenderingContext2D;
  private readonly plane: MaskPlane;
  private readonly whole: Bounds;
  private readonly history = new History<Patch>(HISTORY_BYTES);
  private readonly onChange: () => void;
  private readonly dirty = new DirtyAreas();
  private readonly slices = new Slices(
    () => this.dirty.pixels > SLICE_PX,
    () => this.show(),
  );
  private stroke: { last: Point; readonly patch: Patch } | null = null;

  /** `onChange` is called after every change; after a stroke, not while it is painted. */
  constructor(width: number, height: number, onChange: () => void) {
    this.width = width;
    this.height = height;
    this.whole = { left: 0, top: 0, right: width, bottom: height };
    this.onChange = onChange;
    this.plane = new MaskPlane(width, height);
    this.context = contextOf(width, height);
    this.canvas = this.context.canvas;
  }

  get canUndo(): boolean {
    return this.history.canUndo;
  }

  get canRedo(): boolean {
    return this.history.canRedo;
  }

  /** Begin a stroke with a dot. `pressure` is 0..1. */
  begin(point: Point, brush: Brush, pressure = 1): void {
    this.end();
    const patch = new Patch(this.plane);
    this.stroke = { last: point, patch };
    void this.slices.add(this.dabs([point], brush, pressure, patch));
  }

  /** Continue the stroke to a point. */
  move(point: Point, brush: Brush, pressure = 1): void {
    if (this.stroke === null) return;
    const spacing = Math.max(1, brush.size * SPACING * Math.max(pressure, 0.2));
    const points = pointsBetween(this.stroke.last, point, spacing);
    this.stroke.last = point;
    void this.slices.add(this.dabs(points, brush, pressure, this.stroke.patch));
  }

  /** End the stroke, which becomes one change. */
  end(): void {
    const { stroke } = this;
    this.stroke = null;
    if (stroke !== null) void this.slices.add(this.record(stroke.patch));
  }

  /** Take back the stroke in progress, as when a second finger begins to zoom. */
  abort(): void {
    const { stroke } = this;
    this.stroke = null;
    if (stroke !== null) void this.slices.add(this.swap(() => stroke.patch));
  }

  fill(): void {
    void this.changeTiles((tile) => this.plane.fill(255, tile));
  }

  clear(): void {
    void this.changeTiles((tile) => this.plane.fill(0, tile));
  }

  invert(): void {
    void this.changeTiles((tile) => this.plane.invert(tile));
  }

  /** Soften all edges by a radius in pixels. */
  soften(radius: number): void {
    let before: Uint8Array | null = null;
    void this.changeTiles((tile) => {
      before ??= this.plane.values.slice();
      this.plane.soften(before, tile, radius);
    }, SOFTENED_PX);
  }

  /** Replace the mask by an image: white is painted, black and transparent are not. */
  load(image: CanvasImageSource): Promise<void> {
    const { width, height } = this;
    const context = contextOf(width, height);
    context.drawImage(image, 0, 0, width, height);
    return this.changeTiles(({ left, top, right, bottom }) => {
      const pixels = brightnessOf(context.getImageData(left, top, right - left, bottom - top).data);
      for (let y = top; y < bottom; y += 1) {
        const start = (y - top) * (right - left);
        this.plane.values.set(pixels.subarray(start, start + right - left), y * width + left);
      }
    });
  }

  undo(): void {
    this.end();
    void this.slices.add(this.swap(() => this.history.undo()));
  }

  redo(): void {
    this.end();
    void this.slices.add(this.swap(() => this.history.redo()));
  }

  /** Return the mask as a PNG: white where painted, on black; null if no pixel is painted. */
  async toFile(): Promise<Blob | null> {
    this.end();
    const context = contextOf(this.width, this.height);
    let isEmpty = false;
    await this.slices.add(
      function* write(this: MaskCanvas): Work {
        isEmpty = this.plane.isEmpty();
        for (let top = 0; top < this.height && !isEmpty; top += BAND_PX) {
          this.draw(context, GREY, { ...this.whole, top, bottom: Math.min(this.height, top + BAND_PX) });
          yield;
        }
      }.call(this),
    );
    if (isEmpty) return null;
    return new Promise((resolve, reject) =>
      context.canvas.toBlob(
        (blob) => (blob === null ? reject(new Error("The mask cannot be encoded.")) : resolve(blob)),
        "image/png",
      ),
    );
  }

  private *dabs(points: readonly Point[], brush: Brush, pressure: number, patch: Patch): Work {
    for (const point of points) {
      const bounds = this.plane.boundsOf(point, brush, pressure);
      if (bounds === null) continue;
      patch.keep(bounds);
      this.plane.dab(point, brush, pressure, bounds);
      this.dirty.add(bounds);
      yield;
    }
  }

  private *record(patch: Patch): Work {
    // What was changed is drawn first.
    yield;
    if (patch.isEmpty) return;
    this.history.add(patch);
    this.onChange();
  }

  private *swap(find: () => Patch | null): Work {
    for (const tile of find()?.swap() ?? []) {
      this.dirty.add(tile);
      yield;
    }
    this.onChange();
  }

  private changeTiles(change: (tile: Bounds) => void, edge = TILE_PX): Promise<void> {
    this.end();
    return this.slices.add(
      function* changes(this: MaskCanvas): Work {
        const patch = new Patch(this.plane);
        for (const tile of tilesOf(this.whole, this, edge)) {
          patch.keep(tile);
          change(tile);
          this.dirty.add(tile);
          yield;
        }
        yield* this.record(patch);
      }.call(this),
    );
  }

  private show(): void {
    for (const bounds of this.dirty.take()) this.draw(this.context, SHOWN, bounds);
  }

  private draw(context: CanvasRenderingContext2D, table: Uint32Array, bounds: Bounds): void {
    const { left, top, right, bottom } = bounds;
    const { values, width } = this.plane;
    const image = context.createImageData(right - left, bottom - top);
    const pixels = new Uint32Array(image.data.buffer);
    let place = 0;
    for (let y = top; y < bottom; y += 1)
      for (let at = y * width + left; at < y * width + right; at += 1, place += 1)
        pixels[place] = table[values[at] ?? 0] ?? 0;
    context.putImageData(image, left, top);
  }
}

/** Return the pixel of each value 0..255 as it is in memory: red, green, blue, alpha. */
function pixelsOf(pixel: (value: number) => readonly number[]): Uint32Array {
  const bytes = Array.from({ length: 256 }, (_, value) => pixel(value)).flat();
  return new Uint32Array(Uint8Array.from(bytes).buffer);
}

function contextOf(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  // Its pixels are written one by one, not drawn by the graphics processor.
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("This browser cannot paint.");
  return context;
}

/** Return the brightness of each pixel times its alpha, 0..255, of RGBA bytes. */
export function brightnessOf(data: Uint8ClampedArray): Uint8Array {
  const found = new Uint8Array(data.length / 4);
  for (let at = 0; at < data.length; at += 4) {
    const brightness = (data[at] ?? 0) * 0.299 + (data[at + 1] ?? 0) * 0.587 + (data[at + 2] ?? 0) * 0.114;
    found[at / 4] = Math.round((brightness * (data[at + 3] ?? 0)) / 255);
  }
  return found;
}
