/** References to images that a job works on: an upload, or an item of the gallery. */
import type { ImageReference } from "@/api/types";

/** A reference with exactly one id. */
export type Reference =
  | { readonly upload_id: number; readonly content_id?: null }
  | { readonly content_id: number; readonly upload_id?: null };

/** A chosen image; the size is known once it was chosen or loaded in this browser. */
export interface ChosenImage {
  readonly reference: Reference;
  readonly width: number;
  readonly height: number;
}

const baseOf = ({ upload_id, content_id }: ImageReference): string =>
  upload_id == null ? `/api/v1/content/${content_id}` : `/api/v1/uploads/${upload_id}`;

/** Return the address of the image file, or of the file of any other type. */
export const fileUrl = (reference: ImageReference, part: "image" | "file" = "image"): string =>
  `${baseOf(reference)}/${reference.upload_id == null ? part : "file"}`;

/** Return the address of a thumbnail of at most 512 pixels. */
export const thumbnailUrl = (reference: ImageReference): string => `${baseOf(reference)}/thumbnails/medium`;

/** Return a key that is equal for equal references. */
export const keyOf = ({ upload_id, content_id }: ImageReference): string =>
  upload_id == null ? `content-${content_id}` : `upload-${upload_id}`;

/** Return what the image is called in texts. */
export const nameOf = (
  { upload_id, content_id }: ImageReference,
  kind: "image" | "video" | "audio" = "image",
): string => (upload_id == null ? `${KINDS[kind]} ${content_id}` : `Upload ${upload_id}`);

const KINDS = { image: "Image", video: "Video", audio: "Sound" } as const;

/** Read a reference from stored JSON; null if it is none. */
export function parseReference(value: unknown): Reference | null {
  if (typeof value !== "object" || value === null) return null;
  const { upload_id, content_id } = value as Record<string, unknown>;
  if (typeof upload_id === "number") return { upload_id };
  if (typeof content_id === "number") return { content_id };
  return null;
}

/** Load an image file of this server, for a canvas. */
export function loadImage(url: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error("The image cannot be loaded."));
    image.src = url;
  });
}
