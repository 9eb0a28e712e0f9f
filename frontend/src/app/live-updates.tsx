import { CancelledError, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import { ApiError } from "@/api/problem";
import { refreshContentLists } from "@/features/content";
import { type JobEnded, JobStreamProvider, OutboxSender, useJobLiveness } from "@/features/jobs";
import { NotificationStream } from "@/features/notifications";
import { meQuery } from "@/features/session";
import { resumeRefusedSockets } from "@/lib/socket";
import { throttle } from "@/lib/throttle";
import { Announcements, JobAnnouncer } from "./job-announcer";
import { useNotificationPrompt } from "./use-notification-prompt";
import { useNotificationToasts } from "./use-notification-toasts";

/** Images that finish within this time are shown together. */
const REFRESH_MS = 1_000;
/** Interval of refreshing images while the websocket of jobs is down. */
const POLL_MS = 10_000;

/** Opens the websockets of jobs and notifications and updates the rest of the app from their events. */
export function LiveUpdates({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const suggestNotifications = useNotificationPrompt();
  const onArrived = useNotificationToasts();
  const [announcer] = useState(() => new JobAnnouncer());
  const refresh = useMemo(() => throttle(() => refreshContentLists(client), REFRESH_MS), [client]);
  useEffect(() => refresh.cancel, [refresh]);
  const onEnded = useCallback<JobEnded>(
    ({ content_id, status }) => {
      if (content_id !== null) refresh.call();
      if (status === "completed") suggestNotifications();
      announcer.note(status);
    },
    [refresh, suggestNotifications, announcer],
  );
  const onUnauthenticated = useCallback(() => void resumeAfterLogin(client), [client]);
  return (
    <JobStreamProvider onEnded={onEnded} onUnauthenticated={onUnauthenticated} onReconnected={refresh.call}>
      <PolledLists onPoll={refresh.call} />
      <OutboxSender />
      <Announcements announcer={announcer} />
      <NotificationStream onArrived={onArrived} onUnauthenticated={onUnauthenticated}>
        {children}
      </NotificationStream>
    </JobStreamProvider>
  );
}

/** Refreshes the images while the websocket of jobs is down. */
function PolledLists({ onPoll }: { readonly onPoll: () => void }) {
  const isPolling = useJobLiveness() === "polling";
  useEffect(() => {
    if (!isPolling) return;
    const timer = setInterval(onPoll, POLL_MS);
    return () => clearInterval(timer);
  }, [isPolling, onPoll]);
  return null;
}

/** Check the session: the request waits for a login if it has ended. Then connect the websockets again. */
async function resumeAfterLogin(client: QueryClient): Promise<void> {
  try {
    await client.fetchQuery({ ...meQuery, staleTime: 0 });
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof CancelledError)) throw error;
    // Without a login the shell leads to the login page.
    if (error instanceof ApiError && error.status === 401) return;
  }
  resumeRefusedSockets();
}
