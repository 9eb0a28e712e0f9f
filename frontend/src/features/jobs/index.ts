export type { JobEnded } from "./cache-writer";
export { ExamplePrompts } from "./example-prompts";
export { JobImage } from "./job-image";
export { JobProgressBar } from "./job-progress-bar";
export { hasImage, isTerminal, isWaiting } from "./job-reducer";
export { JobStatusChip } from "./job-status-chip";
export { LivePreview } from "./live-preview";
export {
  useCancelJobs,
  useDeleteJob,
  useMoveToTop,
  useRequestWithNewSeed,
  useRetryJob,
  useSubmitJob,
} from "./mutations";
export { OutboxSender } from "./outbox/outbox-sender";
export type { WaitingSubmission } from "./outbox/store";
export { discardWaiting, useOutbox } from "./outbox/use-outbox";
export {
  type JobFilter,
  jobQuery,
  jobStatsQuery,
  jobsQuery,
  type SubmissionFilter,
  submissionsQuery,
} from "./queries";
export { withSameSeed } from "./resubmission";
export { describeRun } from "./run-labels";
export { JobStreamProvider, useJobLiveness, useJobStream } from "./stream";
export { SubmissionHead } from "./submission-head";
export {
  currentOf,
  describeFinished,
  describeOpen,
  isOpen,
  openSubmissions,
  type ShownJob,
  type Submission,
  statusOf,
  submissionOf,
  titleOf,
} from "./submissions";
export { TimelineDialog } from "./timeline-dialog";
export { type FeedState, useFeed, useLiveRun } from "./use-feed";
