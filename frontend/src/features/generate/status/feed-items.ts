/** What the Create page lists, from the submissions of the feed; pure functions. */
import { hasImage, isOpen, openSubmissions, type ShownJob, type Submission } from "@/features/jobs";
import { reasonOf } from "./failure-reasons";

export type EndedItem =
  | { readonly kind: "submission"; readonly key: string; readonly submission: Submission }
  /** Submissions without an image that failed for the same reason. */
  | { readonly kind: "failure"; readonly key: string; readonly jobs: readonly ShownJob[] };

export interface FeedItems {
  /** Running, next up, later. */
  readonly open: readonly Submission[];
  /** The last to end first. */
  readonly ended: readonly EndedItem[];
}

/** Return what to list; failures that the user dismissed are left out. */
export function itemsOf(submissions: readonly Submission[], isDismissed: (id: number) => boolean): FeedItems {
  const ended: EndedItem[] = [];
  const failures = new Map<string, ShownJob[]>();
  for (const submission of submissions) {
    if (isOpen(submission)) continue;
    const failed = failedWithoutImage(submission);
    if (failed.length === 0) {
      ended.push({ kind: "submission", key: submission.batchId, submission });
      continue;
    }
    for (const job of failed.filter(({ id }) => !isDismissed(id))) {
      const known = failures.get(reasonOf(job));
      if (known !== undefined) known.push(job);
      else {
        const jobs = [job];
        failures.set(reasonOf(job), jobs);
        ended.push({ kind: "failure", key: `failure ${job.id}`, jobs });
      }
    }
  }
  return { open: openSubmissions(submissions), ended };
}

/** Return the failed jobs of a submission that has no image to show; else none. */
function failedWithoutImage({ jobs }: Submission): readonly ShownJob[] {
  if (jobs.some(hasImage)) return [];
  return jobs.filter((job) => job.status === "failed");
}
