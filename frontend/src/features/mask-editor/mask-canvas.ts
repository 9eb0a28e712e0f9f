/** A mask that is shown and painted. Every change can be undone. */
import { type Bounds, type Point, pointsBetween, union } from "./geometry";
import { History } from "./history";
import { type Brush, MaskPlane } from "./mask-plane";
import { Patch } from "./patch";

export type { Brush } from "./mask-plane";

const HISTORY_BYTES = 256 * 1024 * 1024;
/** The colour of the mask over the image. */
const PAINT = [255, 46, 147] as const;
/** Distance of the dabs of a stroke, as a part of the brush size. */
const SPACING = 0.12;
/** Rows that are converted at once, so that no large copy is made. */
const BAND_PX = 256;

export class MaskCanvas {
  /** What to show: transparent where the image is kept. */
  readonly canvas: HTMLCanvasElement;
  readonly width: number;
  readonly height: number;
  private readonly context: CanvasRenderingContext2D;
  private readonly plane: MaskPlane;
  private readonly history = new History<Patch>(HISTORY_BYTES);
  private readonly onChange: () => void;
  private stroke: { last: Point; readonly patch: Patch } | null = null;

  /** `onChange` is called after every change; after a stroke, not while it is painted. */
  constructor(width: number, height: number, onChange: () => void) {
    this.width = width;
    this.height = height;
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
    this.stroke = { last: point, patch: new Patch(this.plane) };
    this.dabs([point], brush, pressure);
  }

  /** Continue the stroke to a point. */
  move(point: Point, brush: Brush, pressure = 1): void {
    if (this.stroke === null) return;
    const spacing = Math.max(1, brush.size * SPACING * Math.max(pressure, 0.2));
    this.dabs(pointsBetween(this.stroke.last, point, spacing), brush, pressure);
    this.stroke.last = point;
  }

  /** End the stroke, which becomes one change. */
  end(): void {
    const { stroke } = this;
    this.stroke = null;
    if (stroke === null || stroke.patch.isEmpty) return;
    this.history.add(stroke.patch);
    this.onChange();
  }

  /** Take back the stroke in progress, as when a second finger begins to zoom. */
  abort(): void {
    if (this.stroke !== null) this.swap(this.stroke.patch);
    this.stroke = null;
  }

  fill(): void {
    this.changeAll((plane) => plane.fill(255));
  }

  clear(): void {
    this.changeAll((plane) => plane.fill(0));
  }

  invert(): void {
    this.changeAll((plane) => plane.invert());
  }

  /** Soften all edges by a radius in pixels. */
  soften(radius: number): void {
    this.changeAll((plane) => plane.soften(radius));
  }

  /** Replace the mask by an image: white is painted, black and transparent are not. */
  load(image: CanvasImageSource): void {
    const { width, height } = this;
    const context = contextOf(width, height);
    context.drawImage(image, 0, 0, width, height);
    this.changeAll((plane) => {
      for (const { top, bottom } of bandsOf(height))
        plane.values.set(brightnessOf(context.getImageData(0, top, width, bottom - top).data), top * width);
    });
  }

  undo(): void {
    this.end();
    this.swap(this.history.undo());
    this.onChange();
  }

  redo(): void {
    this.end();
    this.swap(this.history.redo());
    this.onChange();
  }

  /** Return whether no pixel is painted. */
  isEmpty(): boolean {
    return this.plane.isEmpty();
  }

  /** Return the mask as a PNG: white where painted, on black. */
  toFile(): Promise<Blob> {
    const context = contextOf(this.width, this.height);
    for (const { top, bottom } of bandsOf(this.height)) {
      const bounds = { left: 0, top, right: this.width, bottom };
      this.draw(context, bounds, (data, place, value) => {
        data.fill(value, place, place + 3);
        data[place + 3] = 255;
      });
    }
    return new Promise((resolve, reject) =>
      context.canvas.toBlob(
        (blob) => (blob === null ? reject(new Error("The mask cannot be encoded.")) : resolve(blob)),
        "image/png",
      ),
    );
  }

  private dabs(points: readonly Point[], brush: Brush, pressure: number): void {
    let touched: Bounds | null = null;
    for (const point of points) {
      const bounds = this.plane.boundsOf(point, brush, pressure);
      if (bounds === null) continue;
      this.stroke?.patch.keep(bounds);
      this.plane.dab(point, brush, pressure, bounds);
      touched = union(touched, bounds);
    }
    if (touched !== null) this.show(touched);
  }

  private swap(patch: Patch | null): void {
    patch?.swap();
    for (const bounds of patch?.touched ?? []) this.show(bounds);
  }

  private changeAll(change: (plane: MaskPlane) => void): void {
    this.end();
    const patch = new Patch(this.plane);
    patch.keep({ left: 0, top: 0, right: this.width, bottom: this.height });
    change(this.plane);
    this.history.add(patch);
    for (const { top, bottom } of bandsOf(this.height))
      this.show({ left: 0, top, right: this.width, bottom });
    this.onChange();
  }

  private show(bounds: Bounds): void {
    const [red, green, blue] = PAINT;
    this.draw(this.context, bounds, (data, place, value) => {
      data[place] = red;
      data[place + 1] = green;
      data[place + 2] = blue;
      data[place + 3] = value;
    });
  }

  /** Write the pixels in the bounds; `write` sets the four bytes of one, which are 0. */
  private draw(
    context: CanvasRenderingContext2D,
    { left, top, right, bottom }: Bounds,
    write: (data: Uint8ClampedArray, place: number, value: number) => void,
  ): void {
    const pixels = context.createImageData(right - left, bottom - top);
    const { values, width } = this.plane;
    let place = 0;
    for (let y = top; y < bottom; y += 1)
      for (let at = y * width + left; at < y * width + right; at += 1, place += 4)
        write(pixels.data, place, values[at] ?? 0);
    context.putImageData(pixels, left, top);
  }
}

function* bandsOf(height: number): Generator<{ readonly top: number; readonly bottom: number }> {
  for (let top = 0; top < height; top += BAND_PX) yield { top, bottom: Math.min(height, top + BAND_PX) };
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
