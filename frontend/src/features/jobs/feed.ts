/** The feed: the submissions of the user as loaded so far; pure functions. */
import type { Batch, BatchJob, BatchPage, Job } from "@/api/types";
import type { JobFrame } from "./frames";
import { applyFrame, compareVersions, isTerminal } from "./job-reducer";

export interface Feed {
  /** Open submissions, then ended ones, the last to end first. */
  readonly batches: readonly Batch[];
  /** Where the next page of ended submissions begins; null when all are loaded. */
  readonly cursor: string | null;
}

export const EMPTY_FEED: Feed = { batches: [], cursor: null };

export const isOpenBatch = ({ jobs }: Pick<Batch, "jobs">): boolean =>
  jobs.some((job) => !isTerminal(job.status));

interface Update {
  /** The feed when the requests were sent. */
  readonly before: Feed | undefined;
  /** The feed when they were answered: frames may have changed it. */
  readonly now: Feed | undefined;
  /** All open submissions, read first. */
  readonly open: readonly Batch[];
  /** The ended submissions from the last to end on, read afterwards. */
  readonly ended: readonly Batch[];
  /** Where the page after `ended` begins. */
  readonly cursor: string | null;
}

/**
 * Return the feed after a refetch. Of each job the newer version is kept, so that a response never
 * undoes what a frame said; ended submissions beyond `ended` stay loaded.
 */
export function mergeFeed({ before = EMPTY_FEED, now = EMPTY_FEED, open, ended, cursor }: Update): Feed {
  const known = byId(now.batches);
  const fetched = byId([...open, ...ended]);
  const isContinued = before.batches.some((batch) => !isOpenBatch(batch) && byId(ended).has(batch.id));
  const atStart = byId(before.batches);
  const last = ended.at(-1);
  const kept = now.batches.filter((batch) => {
    if (fetched.has(batch.id)) return false;
    // Submitted meanwhile.
    if (!atStart.has(batch.id)) return true;
    return isContinued && last !== undefined && !isOpenBatch(batch) && compareEnds(batch, last) > 0;
  });
  const merged = [...fetched.values()].map((batch) => withNewerJobs(batch, known.get(batch.id)));
  return { batches: sorted([...merged, ...kept]), cursor: isContinued ? now.cursor : cursor };
}

/** Return the feed with one more page of ended submissions. */
export function addPage(feed: Feed, page: BatchPage): Feed {
  const known = byId(feed.batches);
  const added = page.items.filter((batch) => !known.has(batch.id));
  return { batches: sorted([...feed.batches, ...added]), cursor: page.next_cursor };
}

/** Return the feed with a submission of which the response describes the first job. */
export function addSubmission(feed: Feed, job: Job): Feed {
  if (feed.batches.some((batch) => batch.id === job.batch_id)) return addJobs(feed, [job]);
  return { ...feed, batches: sorted([batchOf(job), ...feed.batches]) };
}

/** Return the feed with newer versions of jobs that it has. */
export function addJobs(feed: Feed, jobs: readonly Job[]): Feed {
  const arrived = new Map(jobs.map((job) => [job.id, job]));
  return changeJobs(feed, (known) => {
    const job = arrived.get(known.id);
    // The same version may have a newer queue position.
    return job === undefined || compareVersions(job, known) < 0 ? known : toBatchJob(job);
  });
}

/** Return the feed after a frame; the same object when it changes nothing. */
export function foldFrame(feed: Feed, frame: JobFrame): Feed {
  return changeJobs(feed, (job, batch) => (job.id === frame.job_id ? applyFrame(job, frame, batch) : job));
}

/** Return the feed without a deleted job. */
export function removeJob(feed: Feed, id: number): Feed {
  const batches = feed.batches.map((batch) =>
    batch.jobs.some((job) => job.id === id)
      ? { ...batch, jobs: batch.jobs.filter((job) => job.id !== id) }
      : batch,
  );
  return { ...feed, batches: batches.filter((batch) => batch.jobs.length > 0) };
}

/** Change jobs; submissions of which none changes stay the same objects, so that they are not drawn again. */
export function changeJobs(feed: Feed, change: (job: BatchJob, batch: Batch) => BatchJob): Feed {
  let isChanged = false;
  let isEnded = false;
  const batches = feed.batches.map((batch) => {
    const jobs = batch.jobs.map((job) => change(job, batch));
    if (jobs.every((job, index) => job === batch.jobs[index])) return batch;
    isChanged = true;
    if (!isOpenBatch(batch) || isOpenBatch({ jobs })) return { ...batch, jobs };
    isEnded = true;
    return { ...batch, jobs, ended_at: endOf(jobs) };
  });
  if (!isChanged) return feed;
  return { ...feed, batches: isEnded ? sorted(batches) : batches };
}

export function findJob(feed: Feed | undefined, id: number): BatchJob | undefined {
  for (const batch of feed?.batches ?? []) {
    const found = batch.jobs.find((job) => job.id === id);
    if (found !== undefined) return found;
  }
  return undefined;
}

const byId = (batches: readonly Batch[]): Map<string, Batch> =>
  new Map(batches.map((batch) => [batch.id, batch]));

const endOf = (jobs: readonly BatchJob[]): string | null =>
  jobs.reduce<string | null>(
    (latest, { completed_at: at }) => (at !== null && (latest === null || at > latest) ? at : latest),
    null,
  );

function withNewerJobs(batch: Batch, known: Batch | undefined): Batch {
  if (known === undefined) return batch;
  const before = new Map(known.jobs.map((job) => [job.id, job]));
  const jobs = batch.jobs.map((job) => {
    const shown = before.get(job.id);
    return shown !== undefined && compareVersions(shown, job) > 0 ? shown : job;
  });
  return { ...batch, jobs, ended_at: isOpenBatch({ jobs }) ? null : (batch.ended_at ?? known.ended_at) };
}

/** Compare ended submissions; negative when `left` ended last. */
function compareEnds(left: Batch, right: Batch): number {
  return timeOf(right.ended_at) - timeOf(left.ended_at) || timeOf(right.created_at) - timeOf(left.created_at);
}

const timeOf = (at: string | null): number => (at === null ? Number.MAX_SAFE_INTEGER : Date.parse(at));

function sorted(batches: readonly Batch[]): Batch[] {
  return batches.toSorted(
    (left, right) => Number(isOpenBatch(right)) - Number(isOpenBatch(left)) || compareEnds(left, right),
  );
}

function batchOf(job: Job): Batch {
  const { seed, ...params } = job.params;
  const first = toBatchJob(job);
  return {
    id: job.batch_id,
    user_id: job.user_id,
    // The feed shows only the user's own submissions, without names.
    username: "",
    created_at: job.created_at,
    ended_at: null,
    size: job.batch_job_ids.length,
    total: job.batch_job_ids.length,
    counts: {},
    progress: 0,
    job_type: job.job_type,
    prompt: job.prompt,
    negative_prompt: job.negative_prompt,
    checkpoint_model: job.checkpoint_model,
    lora_models: job.lora_models,
    width: job.width,
    height: job.height,
    params,
    operation: job.operation,
    source: job.source,
    references: job.references,
    control: job.control,
    hires: job.hires,
    upscale: job.upscale,
    vae: job.vae,
    clip_skip: job.clip_skip,
    refiner: job.refiner,
    workflow: job.workflow,
    inputs: job.inputs,
    jobs: job.batch_job_ids.map((id, index) =>
      // The other jobs are not known yet: any version that arrives is newer.
      id === job.id ? first : { ...first, id, seed: seed + index, status: "queued", attempt: 0, seq: 0 },
    ),
  };
}

/** Return a job as its batch has it: without what all jobs of the batch share. */
export function toBatchJob(job: Job): BatchJob {
  return {
    id: job.id,
    status: job.status,
    seed: job.params.seed,
    content_id: job.content_id,
    content_ids: job.content_ids,
    picture: job.picture,
    backend: job.backend,
    attempt: job.attempt,
    seq: job.seq,
    progress: job.progress,
    node: job.node,
    step: job.step,
    steps: job.steps,
    waiting_reason: job.waiting_reason,
    queue_position: job.queue_position,
    estimated_wait_seconds: job.estimated_wait_seconds,
    cancel_requested_at: job.cancel_requested_at,
    error_code: job.error_code,
    error_message: job.error_message,
    started_at: job.started_at,
    completed_at: job.completed_at,
    updated_at: job.updated_at,
  };
}
