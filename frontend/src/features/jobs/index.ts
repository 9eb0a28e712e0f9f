export { groupByBatch, isTerminal, isWaiting } from "./folding";
export { JobPicture, shownWidth } from "./job-picture";
export { JobStatusChip } from "./job-status-chip";
export { useCancelJobs, useDeleteJob, useRetryJob, useSubmitJob } from "./mutations";
export { type JobFilter, jobQuery, jobStatsQuery, jobsQuery } from "./queries";
export { RunCard } from "./run-card";
export { againOf } from "./settings";
export { JobStreamProvider, useJobLiveness, useJobStream } from "./stream";
export { useFeed } from "./use-feed";
