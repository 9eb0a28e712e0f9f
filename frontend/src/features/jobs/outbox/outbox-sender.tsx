import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { meQuery, useIsReachable, useMe } from "@/features/session";
import { useAddSubmission } from "../mutations";
import { postSubmission } from "../queries";
import { sendWaiting, waitingOf } from "./sending";
import { useOutbox } from "./use-outbox";

/** Interval of tries while a submission cannot be sent. */
const RETRY_MS = 5_000;

/** Sends what the user has waiting as soon as the server answers. */
export function OutboxSender() {
  const { id: userId } = useMe();
  const client = useQueryClient();
  const isReachable = useIsReachable();
  const addSubmission = useAddSubmission();
  const isWaiting = waitingOf(useOutbox(), userId).length > 0;
  useEffect(() => {
    if (!isWaiting || !isReachable) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isStopped = false;
    const run = async () => {
      // Another user may have logged in meanwhile, in another tab.
      const me = await client.fetchQuery({ ...meQuery, staleTime: 0 });
      return me.id !== userId || sendWaiting({ userId, post: postSubmission, onSent: addSubmission });
    };
    const repeat = () => {
      clearTimeout(timer);
      run()
        .catch(() => false)
        .then((isDone) => {
          clearTimeout(timer);
          if (!isDone && !isStopped) timer = setTimeout(repeat, RETRY_MS);
        });
    };
    repeat();
    window.addEventListener("online", repeat);
    return () => {
      isStopped = true;
      clearTimeout(timer);
      window.removeEventListener("online", repeat);
    };
  }, [isWaiting, isReachable, userId, client, addSubmission]);
  return null;
}
