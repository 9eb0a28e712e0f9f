export { groupByBatch, isTerminal, isWaiting } from "./folding";
export { JobPicture } from "./job-picture";
export { JobStatusChip } from "./job-status-chip";
export { useCancelJobs, useDeleteJob, useRetryJob, useSubmitJob } from "./mutations";
export { type JobFilter, jobKeys, jobQuery, jobStatsQuery, jobsQuery, timelineQuery } from "./queries";
export { RunCard } from "./run-card";
export { againOf, settingsOfJob } from "./settings";
export { JobStreamProvider, useJobLiveness, useJobStream } from "./stream";
export { useFeed } from "./use-feed";
