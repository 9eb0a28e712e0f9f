/** Rectangles that have to be drawn again; near ones are merged, distant ones stay apart. */
import { type Bounds, union } from "./geometry";

/** How much larger a merged rectangle may be than its parts. */
const WASTE = 1.25;

export class DirtyAreas {
  private areas: Bounds[] = [];

  add(bounds: Bounds): void {
    const last = this.areas.at(-1);
    const merged = last === undefined ? null : union(last, bounds);
    if (last !== undefined && merged !== null && areaOf(merged) <= WASTE * (areaOf(last) + areaOf(bounds)))
      this.areas[this.areas.length - 1] = merged;
    else this.areas.push(bounds);
  }

  /** How many pixels have to be drawn. */
  get pixels(): number {
    return this.areas.reduce((sum, one) => sum + areaOf(one), 0);
  }

  /** Return the rectangles, and forget them. */
  take(): readonly Bounds[] {
    const { areas } = this;
    this.areas = [];
    return areas;
  }
}

const areaOf = ({ left, top, right, bottom }: Bounds): number => (right - left) * (bottom - top);
