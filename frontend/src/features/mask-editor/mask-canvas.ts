/** The pixels of a mask: painted where they are opaque. Every change can be undone. */
import { type Bounds, boundsOf, type Point, pointsBetween, union } from "./geometry";
import { History } from "./history";

export interface Brush {
  /** Diameter in pixels of the image. */
  readonly size: number;
  /** Part of the radius that is fully painted, 0..1; the rest fades out. */
  readonly hardness: number;
  readonly isErasing: boolean;
}

interface Patch {
  readonly x: number;
  readonly y: number;
  readonly before: ImageData;
  readonly after: ImageData;
  readonly bytes: number;
}

const HISTORY_BYTES = 256 * 1024 * 1024;
/** The colour of the mask over the image. */
const PAINT = "rgb(255, 46, 147)";
/** Distance of the stamps of a stroke, as a part of the brush size. */
const SPACING = 0.12;

export class MaskCanvas {
  /** What to show: transparent where the image is kept. */
  readonly canvas: HTMLCanvasElement;
  readonly width: number;
  readonly height: number;
  private readonly context: CanvasRenderingContext2D;
  private readonly backup: CanvasRenderingContext2D;
  private readonly history = new History<Patch>(HISTORY_BYTES);
  private readonly onChange: () => void;
  private stamp: { readonly brush: Brush; readonly image: HTMLCanvasElement } | null = null;
  private stroke: { last: Point; bounds: Bounds | null } | null = null;

  /** `onChange` is called after every change, also while a stroke is painted. */
  constructor(width: number, height: number, onChange: () => void) {
    this.width = width;
    this.height = height;
    this.onChange = onChange;
    this.context = contextOf(width, height);
    this.backup = contextOf(width, height);
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
    this.backup.globalCompositeOperation = "copy";
    this.backup.drawImage(this.canvas, 0, 0);
    this.stroke = { last: point, bounds: null };
    this.dab(point, brush, pressure);
    this.onChange();
  }

  /** Continue the stroke to a point. */
  move(point: Point, brush: Brush, pressure = 1): void {
    if (this.stroke === null) return;
    const spacing = Math.max(1, brush.size * SPACING * Math.max(pressure, 0.2));
    for (const one of pointsBetween(this.stroke.last, point, spacing)) this.dab(one, brush, pressure);
    this.stroke.last = point;
    this.onChange();
  }

  /** End the stroke, which becomes one change. */
  end(): void {
    const bounds = this.stroke?.bounds ?? null;
    this.stroke = null;
    if (bounds === null) return;
    this.record(bounds, read(this.backup, bounds));
    this.onChange();
  }

  /** Take back the stroke in progress, as when a second finger begins to zoom. */
  abort(): void {
    const bounds = this.stroke?.bounds ?? null;
    this.stroke = null;
    if (bounds !== null) this.context.putImageData(read(this.backup, bounds), bounds.left, bounds.top);
    this.onChange();
  }

  fill(): void {
    this.changeAll((context) => {
      context.globalCompositeOperation = "copy";
      context.fillStyle = PAINT;
      context.fillRect(0, 0, this.width, this.height);
    });
  }

  clear(): void {
    this.changeAll((context) => context.clearRect(0, 0, this.width, this.height));
  }

  invert(): void {
    this.changeAll((context) => {
      context.globalCompositeOperation = "source-out";
      context.fillStyle = PAINT;
      context.fillRect(0, 0, this.width, this.height);
    });
  }

  /** Soften all edges by a radius in pixels. */
  feather(radius: number): void {
    this.changeAll((context) => {
      this.backup.globalCompositeOperation = "copy";
      this.backup.drawImage(this.canvas, 0, 0);
      context.globalCompositeOperation = "copy";
      context.filter = `blur(${radius / 2}px)`;
      context.drawImage(this.backup.canvas, 0, 0);
      context.filter = "none";
    });
  }

  /** Replace the mask by an image: white is painted, black and transparent are not. */
  load(image: CanvasImageSource): void {
    this.changeAll((context) => {
      context.globalCompositeOperation = "copy";
      context.drawImage(image, 0, 0, this.width, this.height);
      const pixels = context.getImageData(0, 0, this.width, this.height);
      brightnessToAlpha(pixels.data);
      context.putImageData(pixels, 0, 0);
      context.globalCompositeOperation = "source-in";
      context.fillStyle = PAINT;
      context.fillRect(0, 0, this.width, this.height);
    });
  }

  undo(): void {
    const patch = this.history.undo();
    if (patch !== null) this.context.putImageData(patch.before, patch.x, patch.y);
    this.onChange();
  }

  redo(): void {
    const patch = this.history.redo();
    if (patch !== null) this.context.putImageData(patch.after, patch.x, patch.y);
    this.onChange();
  }

  /** Return the painted part of the image, 0..1. */
  coverage(): number {
    const { data } = this.context.getImageData(0, 0, this.width, this.height);
    let sum = 0;
    for (let at = 3; at < data.length; at += 4) sum += data[at] ?? 0;
    return sum / (255 * this.width * this.height);
  }

  /** Return the mask as a PNG: white where painted, on black. */
  toFile(): Promise<Blob> {
    const context = contextOf(this.width, this.height);
    context.drawImage(this.canvas, 0, 0);
    context.globalCompositeOperation = "source-in";
    context.fillStyle = "#fff";
    context.fillRect(0, 0, this.width, this.height);
    context.globalCompositeOperation = "destination-over";
    context.fillStyle = "#000";
    context.fillRect(0, 0, this.width, this.height);
    return new Promise((resolve, reject) =>
      context.canvas.toBlob(
        (blob) => (blob === null ? reject(new Error("The mask cannot be encoded.")) : resolve(blob)),
        "image/png",
      ),
    );
  }

  private dab(point: Point, brush: Brush, pressure: number): void {
    const size = Math.max(1, brush.size * pressure);
    const { context } = this;
    context.globalCompositeOperation = brush.isErasing ? "destination-out" : "source-over";
    context.drawImage(this.stampOf(brush), point.x - size / 2, point.y - size / 2, size, size);
    if (this.stroke !== null) this.stroke.bounds = union(this.stroke.bounds, boundsOf(point, size / 2, this));
  }

  private stampOf(brush: Brush): HTMLCanvasElement {
    const { stamp } = this;
    if (stamp !== null && stamp.brush.size === brush.size && stamp.brush.hardness === brush.hardness)
      return stamp.image;
    const image = makeStamp(brush);
    this.stamp = { brush, image };
    return image;
  }

  private changeAll(draw: (context: CanvasRenderingContext2D) => void): void {
    this.end();
    const bounds = { left: 0, top: 0, right: this.width, bottom: this.height };
    const before = read(this.context, bounds);
    this.context.save();
    draw(this.context);
    this.context.restore();
    this.record(bounds, before);
    this.onChange();
  }

  private record(bounds: Bounds, before: ImageData): void {
    const after = read(this.context, bounds);
    const bytes = before.data.length + after.data.length;
    this.history.add({ x: bounds.left, y: bounds.top, before, after, bytes });
  }
}

function contextOf(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  // Its pixels are read after every stroke.
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("This browser cannot paint.");
  return context;
}

const read = (context: CanvasRenderingContext2D, { left, top, right, bottom }: Bounds): ImageData =>
  context.getImageData(left, top, right - left, bottom - top);

function makeStamp({ size, hardness }: Brush): HTMLCanvasElement {
  const edge = Math.max(2, Math.ceil(size));
  const context = contextOf(edge, edge);
  const middle = edge / 2;
  const gradient = context.createRadialGradient(middle, middle, 0, middle, middle, middle);
  gradient.addColorStop(0, PAINT);
  // The last part fades within a pixel, so that the edge of a hard brush is smooth.
  gradient.addColorStop(Math.min(hardness, 1 - 1 / middle), PAINT);
  gradient.addColorStop(1, "rgba(255, 46, 147, 0)");
  context.fillStyle = gradient;
  context.fillRect(0, 0, edge, edge);
  return context.canvas;
}

/** Set the alpha of each pixel to its brightness times its alpha, in RGBA bytes. */
export function brightnessToAlpha(data: Uint8ClampedArray): void {
  for (let at = 0; at < data.length; at += 4) {
    const brightness = (data[at] ?? 0) * 0.299 + (data[at + 1] ?? 0) * 0.587 + (data[at + 2] ?? 0) * 0.114;
    data[at + 3] = (brightness * (data[at + 3] ?? 0)) / 255;
  }
}
