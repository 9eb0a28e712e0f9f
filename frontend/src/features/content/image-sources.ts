/** URLs of the image of an item, in the sizes the browser can choose from. */
import type { Content, Job } from "@/api/types";
import { kindOf } from "./kinds";

/** Longest edge of each thumbnail in pixels, as in the API; smaller images are not enlarged. */
const EDGES = { small: 256, medium: 512, large: 1024 } as const;

type JobImageFiles = NonNullable<Job["picture"]>;

export interface ImageSources {
  /** Absent while the item has no thumbnails: its placeholder is shown, not the whole file. */
  readonly src?: string;
  readonly srcSet?: string;
}

/** Return the thumbnails of an item with their actual widths. */
export function sourcesOf({
  thumbnails,
  image_url,
  width,
}: Pick<Content, "thumbnails" | "image_url" | "width">): ImageSources {
  if (thumbnails.length === 0) return {};
  // Thumbnails of a small image have the same width: a browser needs one of them.
  const distinct = thumbnails.filter((one, place) => thumbnails[place - 1]?.width !== one.width);
  const candidates = distinct.map((thumbnail) => `${thumbnail.url} ${thumbnail.width}w`);
  const largest = thumbnails.at(-1);
  if (largest !== undefined && largest.width < width) candidates.push(`${image_url} ${width}w`);
  const src = thumbnails.find((thumbnail) => thumbnail.size === "medium")?.url ?? image_url;
  return { src, srcSet: candidates.join(", ") };
}

/**
 * Return the image of an item of which only id and size are known, such as that of a job that just
 * finished.
 */
export function imageById(id: number, width: number, height: number): JobImageFiles {
  const url = `/api/v1/content/${id}`;
  const sizes = Object.keys(EDGES) as (keyof typeof EDGES)[];
  const thumbnails = sizes.map((size) => {
    const scale = Math.min(1, EDGES[size] / Math.max(width, height));
    return {
      size,
      url: `${url}/thumbnails/${size}`,
      width: Math.round(width * scale),
      height: Math.round(height * scale),
    };
  });
  return { image_url: `${url}/image`, thumbnails, placeholder: "", width, height };
}

/** Return the alternative text of an item: its title, with its kind unless it is an image. */
export function altOf({
  title,
  prompt,
  content_type,
}: Pick<Content, "title" | "prompt" | "content_type">): string {
  const { label } = kindOf(content_type);
  const name = title || prompt.slice(0, 120) || `Untitled ${label.toLowerCase()}`;
  return content_type === "image" ? name : `${label}: ${name}`;
}

/** Data type of a dragged image of this app; its value is the id of the item. */
export const DRAGGED_CONTENT = "application/x-genonaut-content";

/** Return the handler with which an image can be dragged to where images are chosen. */
export const dragContent =
  (id: number) =>
  (event: { readonly dataTransfer: DataTransfer | null }): void =>
    event.dataTransfer?.setData(DRAGGED_CONTENT, String(id));
