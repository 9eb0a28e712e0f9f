/** Rows of pictures of one height that fill the width, in reading order. */

export interface Sized {
  /** Pixels; only the ratio matters. */
  readonly width: number;
  readonly height: number;
}

export interface Row {
  /** Index of the first picture and of the one after the last. */
  readonly start: number;
  readonly end: number;
  /** Pixels. */
  readonly top: number;
  readonly height: number;
}

export interface Box {
  /** Pixels. */
  readonly width: number;
  readonly targetHeight: number;
  readonly gap: number;
}

/** A picture may be this many times higher than wide, or wider than high, before it is cropped. */
const EXTREME_RATIO = 2.4;

export function shownRatio({ width, height }: Sized): number {
  if (width <= 0 || height <= 0) return 1;
  return Math.min(EXTREME_RATIO, Math.max(1 / EXTREME_RATIO, width / height));
}

/** Break pictures into rows; linear in their number. The last row keeps the target height. */
export function layOut(items: readonly Sized[], { width, targetHeight, gap }: Box): Row[] {
  const rows: Row[] = [];
  if (width <= 0) return rows;
  let start = 0;
  let ratios = 0;
  let top = 0;
  for (let index = 0; index < items.length; index += 1) {
    const ratio = shownRatio(items[index] as Sized);
    const gaps = gap * (index - start);
    const withIt = (width - gaps) / (ratios + ratio);
    const withoutIt = index > start ? (width - gaps + gap) / ratios : Number.POSITIVE_INFINITY;
    // Close the row before this picture when that comes nearer to the wanted height.
    if (withIt < targetHeight && withoutIt - targetHeight < targetHeight - withIt) {
      rows.push({ start, end: index, top, height: withoutIt });
      top += withoutIt + gap;
      start = index;
      ratios = ratio;
    } else {
      ratios += ratio;
    }
  }
  if (start < items.length) {
    const filled = (width - gap * (items.length - start - 1)) / ratios;
    rows.push({ start, end: items.length, top, height: Math.min(targetHeight, filled) });
  }
  return rows;
}
