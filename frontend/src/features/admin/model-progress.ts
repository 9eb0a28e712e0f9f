/** What `/ws/models` tells of work on the catalogue; pure. */
import type { Frame } from "@/lib/socket";

const PHASES = ["files", "servers", "hashes"] as const;

export interface ModelProgress {
  readonly phase: (typeof PHASES)[number];
  readonly done: number;
  /** 0 while it is not known. */
  readonly total: number;
  readonly unit: "models" | "bytes";
  /** The server or the file in hand. */
  readonly detail: string;
}

/** Return what is under way after the frame; null when it ended. */
export function reduceProgress(before: ModelProgress | null, frame: Frame): ModelProgress | null {
  if (frame.type === "snapshot") return null;
  if (frame.type === "changed") return endsIt(before, frame.reason) ? null : before;
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

/** Hashing goes on while a refresh ends, and the other way round. */
function endsIt(before: ModelProgress | null, reason: unknown): boolean {
  if (reason === "hashed") return before?.phase === "hashes";
  return reason === "refreshed" && before?.phase !== "hashes";
}
