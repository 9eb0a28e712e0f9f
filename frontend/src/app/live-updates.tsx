import { CancelledError, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback } from "react";
import { ApiError } from "@/api/problem";
import type { Job } from "@/api/types";
import { refreshContentLists } from "@/features/content";
import { JobStreamProvider } from "@/features/jobs";
import { NotificationStream } from "@/features/notifications";
import { meQuery } from "@/features/session";
import { resumeRefusedSockets } from "@/lib/socket";
import { useNotificationPrompt } from "./use-notification-prompt";
import { useNotificationToasts } from "./use-notification-toasts";

/** Opens the websockets of jobs and notifications and updates the rest of the app from their events. */
export function LiveUpdates({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const suggestNotifications = useNotificationPrompt();
  const onArrived = useNotificationToasts();
  const onEnded = useCallback(
    (job: Job) => {
      if (job.content_id !== null) refreshContentLists(client);
      if (job.status === "completed") suggestNotifications();
    },
    [client, suggestNotifications],
  );
  const onUnauthenticated = useCallback(() => void resumeAfterLogin(client), [client]);
  return (
    <JobStreamProvider onEnded={onEnded} onUnauthenticated={onUnauthenticated}>
      <NotificationStream onArrived={onArrived} onUnauthenticated={onUnauthenticated}>
        {children}
      </NotificationStream>
    </JobStreamProvider>
  );
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
