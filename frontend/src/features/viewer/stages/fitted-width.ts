import type { Content } from "@/api/types";

/** Return a CSS width at which the whole item fits below the bars, at most twice its width in pixels. */
export function fittedWidth({ width, height }: Pick<Content, "width" | "height">): string {
  return `min(${width * 2}px, calc((100dvh - 150px) * ${(width / height).toFixed(4)}))`;
}
