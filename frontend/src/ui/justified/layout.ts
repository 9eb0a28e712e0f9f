/** Justified layout: images in reading order, in rows that fill the width; one height per row. */

export interface Sized {
  /** Pixels; only the ratio matters. */
  readonly width: number;
  readonly height: number;
}

export interface Row {
  /** Index of the first image and of the one after the last. */
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

/** Images with a more extreme aspect ratio than this, or its inverse, are cropped. */
const EXTREME_RATIO = 2.4;

/** Return the width divided by the height of an image as it is shown. */
export function shownRatio({ width, height }: Sized): number {
  if (width <= 0 || height <= 0) return 1;
  return Math.min(EXTREME_RATIO, Math.max(1 / EXTREME_RATIO, width / height));
}

/** Break images into rows in linear time. The last row is not enlarged beyond the target height. */
export function layOutRows(items: readonly Sized[], { width, targetHeight, gap }: Box): Row[] {
  const rows: Row[] = [];
  if (width <= 0) return rows;
  let start = 0;
  let ratios = 0;
  let top = 0;
  for (let index = 0; index < items.length; index += 1) {
    const ratio = shownRatio(items[index] as Sized);
    const gaps = gap * (index - start);
    const heightWithImage = (width - gaps) / (ratios + ratio);
    const heightWithoutImage = index > start ? (width - gaps + gap) / ratios : Number.POSITIVE_INFINITY;
    // Close the row before this image if that is closer to the target height.
    if (
      heightWithImage < targetHeight &&
      heightWithoutImage - targetHeight < targetHeight - heightWithImage
    ) {
      rows.push({ start, end: index, top, height: heightWithoutImage });
      top += heightWithoutImage + gap;
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
