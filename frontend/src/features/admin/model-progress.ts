/** Progress of work on the catalogue, from frames of `/ws/models`; pure functions. */
import type { Frame } from "@/lib/socket";

const PHASES = ["files", "servers", "hashes"] as const;

export interface ModelProgress {
  readonly phase: (typeof PHASES)[number];
  readonly done: number;
  /** 0 while it is unknown. */
  readonly total: number;
  readonly unit: "models" | "bytes";
  /** The current ComfyUI server or file. */
  readonly detail: string;
}

/** Return the progress after the frame; null when the work ended. */
export function reduceProgress(before: ModelProgress | null, frame: Frame): ModelProgress | null {
  if (frame.type === "snapshot") return null;
  if (frame.type === "changed") return isEndOf(before, frame.reason) ? null : before;
  if (frame.type !== "progress") return before;
  const phase = PHASES.find((one) => one === frame.phase);
  if (phase === undefined || typeof frame.done !== "number" || typeof frame.total !== "number") return before;
  return {
    phase,
    done: frame.done,
    total: frame.total,
    unit: frame.unit === "bytes" ? "bytes" : "models",
    detail: typeof frame.detail === "string" ? frame.detail : "",
  };
}

/** Return whether the work of `before` ended; hashing and refreshing run independently of each other. */
function isEndOf(before: ModelProgress | null, reason: unknown): boolean {
  if (reason === "hashed") return before?.phase === "hashes";
  return reason === "refreshed" && before?.phase !== "hashes";
}
