/** The actions of the mask editor: each has a button and a key. */
import {
  Brush as BrushIcon,
  Eraser,
  Feather,
  FlipHorizontal2,
  Hand,
  type LucideIcon,
  Maximize,
  PaintBucket,
  Redo2,
  SquareDashed,
  Undo2,
  ZoomIn,
  ZoomOut,
} from "lucide-react";

export type Tool = "paint" | "erase" | "pan";
export type Act = "undo" | "redo" | "fill" | "clear" | "invert" | "soften" | "zoomIn" | "zoomOut" | "fit";

interface Entry<T extends string> {
  readonly name: T;
  readonly label: string;
  readonly icon: LucideIcon;
  /** As in `KeyboardEvent.key`, in lower case; shown in the tooltip. */
  readonly key: string;
}

export const TOOLS: readonly Entry<Tool>[] = [
  { name: "paint", label: "Paint", icon: BrushIcon, key: "b" },
  { name: "erase", label: "Erase", icon: Eraser, key: "e" },
  { name: "pan", label: "Move", icon: Hand, key: "h" },
];

export const ACTS: readonly Entry<Act>[] = [
  { name: "undo", label: "Undo", icon: Undo2, key: "mod+z" },
  { name: "redo", label: "Redo", icon: Redo2, key: "mod+shift+z" },
  { name: "fill", label: "Fill all", icon: PaintBucket, key: "f" },
  { name: "clear", label: "Clear", icon: SquareDashed, key: "c" },
  { name: "invert", label: "Invert", icon: FlipHorizontal2, key: "i" },
  { name: "soften", label: "Soften edges", icon: Feather, key: "s" },
  { name: "zoomIn", label: "Zoom in", icon: ZoomIn, key: "+" },
  { name: "zoomOut", label: "Zoom out", icon: ZoomOut, key: "-" },
  { name: "fit", label: "Fit to window", icon: Maximize, key: "0" },
];

/** Return the key of an event as in `ACTS` and `TOOLS`. */
export function keyOf(event: {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}): string {
  const key = event.key.toLowerCase();
  if (!event.ctrlKey && !event.metaKey) return key;
  return `mod+${event.shiftKey ? "shift+" : ""}${key}`;
}
