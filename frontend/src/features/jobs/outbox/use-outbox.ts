import { useSyncExternalStore } from "react";
import { outbox, type WaitingSubmission } from "./store";

/** All submissions that wait, of every user of this browser. */
export function useOutbox(): readonly WaitingSubmission[] {
  return useSyncExternalStore(outbox.subscribe, outbox.current);
}

/** Discard a submission before it is sent, or after the server has rejected it. */
export const discardWaiting = (key: string): Promise<void> => outbox.remove(key);
