/** The kinds of items: what they are called, their icons, and the facts that matter for each. */
import { Box, File as FileIcon, FileText, Image, type LucideIcon, Music, Play } from "lucide-react";
import type { Content } from "@/api/types";
import { formatBytes, formatClock, formatCount } from "@/lib/format";

export type ContentKind = Content["content_type"];

interface Kind {
  /** As it begins an accessible name. */
  readonly label: string;
  /** Several of them. */
  readonly plural: string;
  readonly icon: LucideIcon;
}

const KINDS: Record<ContentKind, Kind> = {
  image: { label: "Image", plural: "images", icon: Image },
  video: { label: "Video", plural: "videos", icon: Play },
  audio: { label: "Audio", plural: "audio files", icon: Music },
  text: { label: "Text", plural: "texts", icon: FileText },
  model3d: { label: "3D model", plural: "3D models", icon: Box },
  file: { label: "File", plural: "files", icon: FileIcon },
};

/** Items of any kind. */
const ITEMS = { plural: "items" };

export const kindOf = (kind: string): Kind => KINDS[kind as ContentKind] ?? KINDS.file;

/**
 * Return "3 items", or "3 videos" when all are known to be of one kind.
 *
 * The count is null if there are more than the server counts.
 */
export function countOfItems(count: number | null, kind?: string | null): string {
  const { plural } = kind == null ? ITEMS : kindOf(kind);
  if (count === null) return `More than 10,000 ${plural}`;
  return `${formatCount(count)} ${count === 1 ? plural.replace(/s$/, "") : plural}`;
}

/** Return whether an image shows the item: itself, the first frame of a video, or a waveform. */
export const hasPicture = (kind: string): boolean => !["text", "model3d", "file"].includes(kind);

type Facts = Pick<Content, "content_type" | "width" | "height" | "size_bytes" | "duration_seconds">;

/** Return size or duration of an item in one line: "512 × 512", "512 × 512 · 0:04", "3:20", "1.2 KB". */
export function factsOf({ content_type, width, height, size_bytes, duration_seconds }: Facts): string {
  const duration = duration_seconds === null ? [] : [formatClock(duration_seconds)];
  if (content_type === "image") return `${width} × ${height}`;
  if (content_type === "video") return [`${width} × ${height}`, ...duration].join(" · ");
  return content_type === "audio" && duration.length > 0 ? duration.join() : formatBytes(size_bytes);
}

/** Return the name of an item's file without its folder: the title and its ending. */
export function endingOf({ mime, metadata }: Pick<Content, "mime" | "metadata">): string {
  const { output } = metadata as { readonly output?: { readonly filename?: unknown } };
  const name = typeof output?.filename === "string" ? output.filename : "";
  const ending = /\.([A-Za-z0-9]{1,8})$/.exec(name)?.[1];
  return (ending ?? mime.split("/").at(-1) ?? "").toUpperCase();
}
