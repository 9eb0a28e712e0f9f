/** Frames of `/ws/jobs` and the checks that validate them. */
import type { Job, JobStatus } from "@/api/types";
import type { Frame } from "@/lib/socket";

type FrameStatus = "queued" | "started" | "processing" | "completed" | "failed" | "cancelled";

export interface JobFrame {
  readonly type: "job";
  readonly job_id: number;
  /** Names the event; `job_status` is the row's. */
  readonly status: FrameStatus;
  readonly job_status: JobStatus;
  readonly attempt: number;
  readonly seq: number;
  readonly timestamp: string;
  readonly progress?: number;
  /** Instead of `progress`: the prompt waits in ComfyUI's own queue. */
  readonly waiting_reason?: string;
  readonly node?: string | null;
  readonly step?: number | null;
  readonly steps?: number | null;
  readonly content_id?: number | null;
  readonly content_ids?: number[];
  readonly error?: string;
  readonly error_code?: NonNullable<Job["error_code"]>;
}

export interface PreviewFrame {
  readonly type: "preview";
  readonly job_id: number;
  readonly mime: string;
  /** Base64. */
  readonly data: string;
}

export interface JobSnapshot {
  readonly type: "snapshot";
  readonly jobs: readonly Job[];
  readonly missing: readonly number[];
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const IMAGE_MIME = /^image\/(jpeg|png|webp)$/;

export function isJobFrame(frame: Frame): frame is Frame & JobFrame {
  return (
    frame.type === "job" &&
    typeof frame.job_id === "number" &&
    typeof frame.status === "string" &&
    typeof frame.job_status === "string" &&
    typeof frame.attempt === "number" &&
    typeof frame.seq === "number"
  );
}

/** Frames that were checked: a preview is large and its check is called several times. */
const previews = new WeakMap<Frame, boolean>();

export function isPreviewFrame(frame: Frame): frame is Frame & PreviewFrame {
  if (frame.type !== "preview") return false;
  const known = previews.get(frame);
  if (known !== undefined) return known;
  const isValid =
    typeof frame.job_id === "number" &&
    typeof frame.mime === "string" &&
    IMAGE_MIME.test(frame.mime) &&
    typeof frame.data === "string" &&
    BASE64.test(frame.data);
  previews.set(frame, isValid);
  return isValid;
}

export function isSnapshot(frame: Frame): frame is Frame & JobSnapshot {
  return frame.type === "snapshot" && Array.isArray(frame.jobs);
}
