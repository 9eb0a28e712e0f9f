/** What a change of a mask replaces, in tiles: only those that the change touches are copied. */
import type { Bounds } from "./geometry";
import type { Sized } from "./history";
import type { MaskPlane } from "./mask-plane";

export const TILE_PX = 256;

interface Tile {
  readonly bounds: Bounds;
  values: Uint8Array;
}

export class Patch implements Sized {
  private readonly tiles = new Map<string, Tile>();
  private readonly plane: MaskPlane;

  constructor(plane: MaskPlane) {
    this.plane = plane;
  }

  get bytes(): number {
    return [...this.tiles.values()].reduce((sum, { values }) => sum + values.length, 0);
  }

  get isEmpty(): boolean {
    return this.tiles.size === 0;
  }

  get touched(): Bounds[] {
    return [...this.tiles.values()].map(({ bounds }) => bounds);
  }

  /** Copy the pixels in the bounds before they are changed; what was copied before stays. */
  keep(bounds: Bounds): void {
    for (const tile of tilesOf(bounds, this.plane)) {
      const key = `${tile.left},${tile.top}`;
      if (!this.tiles.has(key)) this.tiles.set(key, { bounds: tile, values: this.read(tile) });
    }
  }

  /**
   * Exchange what was copied and what the mask has: undoes the change, or does it again. Yields the bounds of
   * each tile after its exchange.
   */
  *swap(): Generator<Bounds, void> {
    const { values, width } = this.plane;
    for (const tile of this.tiles.values()) {
      const { left, top, right, bottom } = tile.bounds;
      const present = this.read(tile.bounds);
      for (let y = top; y < bottom; y += 1) {
        const start = (y - top) * (right - left);
        values.set(tile.values.subarray(start, start + right - left), y * width + left);
      }
      tile.values = present;
      yield tile.bounds;
    }
  }

  private read({ left, top, right, bottom }: Bounds): Uint8Array {
    const { values, width } = this.plane;
    const found = new Uint8Array((right - left) * (bottom - top));
    for (let y = top; y < bottom; y += 1)
      found.set(values.subarray(y * width + left, y * width + right), (y - top) * (right - left));
    return found;
  }
}

/** Yield the tiles that the bounds touch, of an edge in pixels, cut at the edges of the mask. */
export function* tilesOf(
  { left, top, right, bottom }: Bounds,
  size: { readonly width: number; readonly height: number },
  edge = TILE_PX,
): Generator<Bounds> {
  const first = (at: number) => Math.floor(at / edge) * edge;
  for (let y = first(top); y < bottom; y += edge)
    for (let x = first(left); x < right; x += edge)
      yield {
        left: x,
        top: y,
        right: Math.min(x + edge, size.width),
        bottom: Math.min(y + edge, size.height),
      };
}
