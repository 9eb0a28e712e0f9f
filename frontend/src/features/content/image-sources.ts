/** URLs of the image of an item, in the sizes the browser can choose from. */
import type { Content } from "@/api/types";

/** Longest edge of each thumbnail in pixels, as in the API; smaller images are not enlarged. */
const EDGES = { small: 256, medium: 512, large: 1024 } as const;

export interface ImageSources {
  readonly src: string;
  readonly srcSet: string;
}

/** Return the thumbnails of an item with their actual widths. */
export function sourcesOf({
  thumbnails,
  image_url,
  width,
}: Pick<Content, "thumbnails" | "image_url" | "width">): ImageSources {
  const candidates = thumbnails.map((thumbnail) => `${thumbnail.url} ${thumbnail.width}w`);
  const largest = thumbnails.at(-1);
  if (largest !== undefined && largest.width < width) candidates.push(`${image_url} ${width}w`);
  const src = thumbnails.find((thumbnail) => thumbnail.size === "medium")?.url ?? image_url;
  return { src, srcSet: candidates.join(", ") };
}

/**
 * Return the thumbnails of an item of which only id and size are known, such as that of a job that
 * just finished.
 */
export function sourcesById(id: number, width: number, height: number): ImageSources {
  const longest = Math.max(width, height);
  const urlOf = (size: keyof typeof EDGES) => `/api/v1/content/${id}/thumbnails/${size}`;
  const sizes = Object.keys(EDGES) as (keyof typeof EDGES)[];
  const widths = new Map<number, string>();
  for (const size of sizes) {
    const scale = Math.min(1, EDGES[size] / longest);
    const shown = Math.round(width * scale);
    if (!widths.has(shown)) widths.set(shown, urlOf(size));
  }
  return { src: urlOf("medium"), srcSet: [...widths].map(([shown, url]) => `${url} ${shown}w`).join(", ") };
}

/** Return the alternative text of an image. */
export function altOf({ title, prompt }: Pick<Content, "title" | "prompt">): string {
  return title || prompt.slice(0, 120) || "Untitled image";
}
