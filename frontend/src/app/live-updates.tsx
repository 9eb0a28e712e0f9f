import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback } from "react";
import type { Job } from "@/api/types";
import { refreshContentLists } from "@/features/content";
import { JobStreamProvider } from "@/features/jobs";
import { NotificationStream } from "@/features/notifications";
import { meQuery } from "@/features/session";
import { useNotificationPrompt } from "./use-notification-prompt";
import { useNotificationToasts } from "./use-notification-toasts";

/** The live connections, and what follows from what they tell elsewhere in the app. */
export function LiveUpdates({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const offer = useNotificationPrompt();
  const onArrived = useNotificationToasts();
  const onEnded = useCallback(
    (job: Job) => {
      if (job.content_id !== null) refreshContentLists(client);
      if (job.status === "completed") offer();
    },
    [client, offer],
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
