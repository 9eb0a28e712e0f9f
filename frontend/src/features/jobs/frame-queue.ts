/** Collects frames and applies them once per animation frame, so that many jobs cost one update of the page. */
import type { Frame } from "@/lib/socket";
import { isJobFrame, isPreviewFrame } from "./frames";

/** Interval of updates in milliseconds while the page is hidden, when there are no animation frames. */
const HIDDEN_MS = 250;

export interface FrameQueue {
  readonly push: (frame: Frame) => void;
  readonly dispose: () => void;
}

/** Frames are applied in order; of the progress and the previews of one job only the newest is. */
export function createFrameQueue(apply: (frames: readonly Frame[]) => void): FrameQueue {
  let frames: Frame[] = [];
  // Where the frame that a newer one replaces is.
  let places = new Map<string, number>();
  let cancel: (() => void) | null = null;

  const flush = () => {
    cancel = null;
    const queued = frames;
    frames = [];
    places = new Map();
    apply(queued);
  };
  return {
    push: (frame) => {
      const key = replacedBy(frame);
      const place = key === null ? undefined : places.get(key);
      if (place !== undefined) frames[place] = frame;
      else {
        if (key !== null) places.set(key, frames.length);
        frames.push(frame);
      }
      cancel ??= schedule(flush);
    },
    dispose: () => {
      cancel?.();
      frames = [];
    },
  };
}

/** Return what the frame replaces; null for a frame that must not be left out. */
function replacedBy(frame: Frame): string | null {
  if (isPreviewFrame(frame)) return `preview ${frame.job_id}`;
  if (isJobFrame(frame) && frame.status === "processing")
    return `progress ${frame.job_id} ${frame.attempt} ${frame.seq}`;
  return null;
}

function schedule(run: () => void): () => void {
  if (document.visibilityState === "hidden") {
    const timer = setTimeout(run, HIDDEN_MS);
    return () => clearTimeout(timer);
  }
  const frame = requestAnimationFrame(() => {
    clearTimeout(timer);
    run();
  });
  // The page may be hidden before the next animation frame.
  const timer = setTimeout(() => {
    cancelAnimationFrame(frame);
    run();
  }, HIDDEN_MS);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
