import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback } from "react";
import type { Job } from "@/api/types";
import { refreshContentLists } from "@/features/content";
import { JobStreamProvider } from "@/features/jobs";
import { NotificationStream } from "@/features/notifications";
import { meQuery } from "@/features/session";
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
  const onUnauthenticated = useCallback(
    () => void client.invalidateQueries({ queryKey: meQuery.queryKey }),
    [client],
  );
  return (
    <JobStreamProvider onEnded={onEnded} onUnauthenticated={onUnauthenticated}>
      <NotificationStream onArrived={onArrived} onUnauthenticated={onUnauthenticated}>
        {children}
      </NotificationStream>
    </JobStreamProvider>
  );
}
