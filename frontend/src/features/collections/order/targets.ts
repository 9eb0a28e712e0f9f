/** Tiles of a list as places where dragged items can be put. */
import type { Layout } from "@/lib/use-layout-choice";
import type { Place } from "./reordered";

/** The line that shows where items go, in pixels of the window. */
export interface Line {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const THICKNESS_PX = 4;
/** Half of the space between tiles. */
const GAP_PX = 5;

export const tileAt = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("[data-tile]") : null;

/** Return the id of the item of a tile. */
export function idOf(tile: Element | null): number | null {
  const address = tile?.querySelector('a[href^="/view/"]')?.getAttribute("href");
  const id = Number(address?.slice("/view/".length) ?? Number.NaN);
  return Number.isInteger(id) ? id : null;
}

/** Return where an item goes that is dropped at this point of a tile: before or after the tile's item. */
export function placeAt(
  { left, top, width, height }: Line,
  point: { readonly clientX: number; readonly clientY: number },
  id: number,
  layout: Layout,
): { readonly place: Place; readonly line: Line } {
  if (layout === "grid") {
    const isBefore = point.clientX < left + width / 2;
    const edge = isBefore ? left - GAP_PX : left + width + GAP_PX;
    const line = { left: edge - THICKNESS_PX / 2, top, width: THICKNESS_PX, height };
    return { place: isBefore ? { before: id } : { after: id }, line };
  }
  const isBefore = point.clientY < top + height / 2;
  const edge = isBefore ? top - GAP_PX : top + height + GAP_PX;
  const line = { left, top: edge - THICKNESS_PX / 2, width, height: THICKNESS_PX };
  return { place: isBefore ? { before: id } : { after: id }, line };
}

const STEPS: Readonly<Record<string, -1 | 1>> = {
  ArrowLeft: -1,
  ArrowUp: -1,
  ArrowRight: 1,
  ArrowDown: 1,
};

/** Return where a key moves an item of a list by one; null if it cannot. */
export function placeByKey(ids: readonly number[], id: number, key: string): Place | null {
  const step = STEPS[key];
  const from = ids.indexOf(id);
  if (step === undefined || from === -1) return null;
  const other = ids[from + step];
  if (other === undefined) return null;
  return step === -1 ? { before: other } : { after: other };
}
