export { FailureCard } from "./failures";
export { itemsOf } from "./feed-items";
export { SubmissionCard } from "./submission-card";
export { useDismissed } from "./use-dismissed";
export { WaitingSubmissions } from "./waiting-submissions";
