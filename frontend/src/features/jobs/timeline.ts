/** Texts for the entries of a job's timeline; pure functions. */
import type { JobEvent } from "@/api/types";
import { formatSeconds } from "@/lib/format";

export interface TimelineEntry {
  readonly key: string;
  readonly at: string;
  readonly title: string;
  readonly reason: string | null;
  /** Colour of the dot. */
  readonly tone: "neutral" | "running" | "good" | "bad";
  /** What administrators see of the attempt; null for other users. */
  readonly attempt: string | null;
  /** Seconds since the previous entry; null for the first. */
  readonly after: number | null;
}

type Label = Pick<TimelineEntry, "title" | "reason" | "tone">;
type Attempt = NonNullable<JobEvent["attempt_details"]>;

export function entriesOf(events: readonly JobEvent[]): TimelineEntry[] {
  return events.map((event, index) => {
    const before = events[index - 1];
    const after =
      before === undefined ? null : Math.max(0, (Date.parse(event.at) - Date.parse(before.at)) / 1000);
    return {
      key: `${event.kind} ${event.id ?? event.at}`,
      at: event.at,
      after,
      attempt: event.attempt_details === null ? null : attemptText(event.attempt_details),
      ...labelOf(event, index === 0),
    };
  });
}

function attemptText(attempt: Attempt): string {
  const version = attempt.comfyui_version === null ? null : `ComfyUI ${attempt.comfyui_version}`;
  const parts = [version, attempt.verdict?.replace("_", " ") ?? null, attempt.detail];
  return [...parts, `prompt ${attempt.comfyui_prompt_id}`].filter((part) => part !== null).join(" · ");
}

function labelOf(event: JobEvent, isFirst: boolean): Label {
  const message = textIn(event, "message") ?? textIn(event, "reason");
  switch (event.kind) {
    case "queued":
      return isFirst ? { title: "Submitted", reason: null, tone: "neutral" } : requeued(event, message);
    case "started":
      return { title: startOf(event), reason: null, tone: "running" };
    case "executing":
      return { title: "ComfyUI started", reason: null, tone: "running" };
    case "moved_to_top":
      return { title: "Moved to the top of the queue", reason: null, tone: "neutral" };
    case "completed":
      return { title: "Done", reason: null, tone: "good" };
    case "failed":
      return { title: "Failed", reason: message, tone: "bad" };
    case "cancelled":
      return { title: "Cancelled", reason: message, tone: "neutral" };
    default:
      return { title: event.kind, reason: message, tone: "neutral" };
  }
}

function startOf(event: JobEvent): string {
  const backend = textIn(event, "backend");
  const place = backend === null ? "" : ` on ${backend}`;
  return event.detail.resumed === true
    ? `Attempt ${event.attempt} resumed the running prompt${place}`
    : `Attempt ${event.attempt} started${place}`;
}

/** An attempt that failed and is retried, or a job that its worker handed back. */
function requeued(event: JobEvent, message: string | null): Label {
  if (textIn(event, "fault") === null) return { title: "Back in queue", reason: message, tone: "neutral" };
  const delay = event.detail.delay_seconds;
  const when = typeof delay === "number" && delay > 0 ? ` in ${formatSeconds(delay)}` : "";
  return { title: `Attempt ${event.attempt} failed, retrying${when}`, reason: message, tone: "bad" };
}

function textIn(event: JobEvent, name: string): string | null {
  const value = event.detail[name];
  return typeof value === "string" && value !== "" ? value : null;
}
