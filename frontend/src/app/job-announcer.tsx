import Box from "@mui/material/Box";
import { useSyncExternalStore } from "react";
import type { JobStatus } from "@/api/types";

/** Jobs that end within this time in milliseconds are announced together. */
const COLLECTING_MS = 2_500;

/** Tells screen readers of finished and failed jobs: counted, not one by one. */
export class JobAnnouncer {
  private text = "";
  private counts = { completed: 0, failed: 0 };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  readonly note = (status: JobStatus): void => {
    if (status !== "completed" && status !== "failed") return;
    this.counts[status] += 1;
    if (this.timer !== undefined) return;
    // A text that does not change would not be announced again.
    this.show("");
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.show(describe(this.counts));
      this.counts = { completed: 0, failed: 0 };
    }, COLLECTING_MS);
  };

  readonly current = (): string => this.text;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private show(text: string): void {
    this.text = text;
    for (const listener of this.listeners) listener();
  }
}

// A run of a workflow makes no image, or several.
const jobs = (count: number): string => (count === 1 ? "1 job" : `${count} jobs`);

/** Return "3 jobs finished, 1 job failed". */
function describe({ completed, failed }: { readonly completed: number; readonly failed: number }): string {
  const parts = [
    completed > 0 ? `${jobs(completed)} finished` : null,
    failed > 0 ? `${jobs(failed)} failed` : null,
  ];
  return parts.filter((part) => part !== null).join(", ");
}

/** The live region. */
export function Announcements({ announcer }: { readonly announcer: JobAnnouncer }) {
  const text = useSyncExternalStore(announcer.subscribe, announcer.current);
  return (
    <Box
      aria-live="polite"
      data-announcements
      sx={{ position: "absolute", width: "1px", height: "1px", overflow: "hidden", clipPath: "inset(50%)" }}
    >
      {text}
    </Box>
  );
}
