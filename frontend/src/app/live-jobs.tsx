import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback } from "react";
import type { Job } from "@/api/types";
import { forgetContentLists } from "@/features/content";
import { JobStreamProvider } from "@/features/jobs";
import { meQuery } from "@/features/session";

/** The live connection, and what follows from a job's end elsewhere in the app. */
export function LiveJobs({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const onEnded = useCallback(
    (job: Job) => (job.content_id === null ? undefined : forgetContentLists(client)),
    [client],
  );
  const onUnauthenticated = useCallback(
    () => void client.invalidateQueries({ queryKey: meQuery.queryKey }),
    [client],
  );
  return (
    <JobStreamProvider onEnded={onEnded} onUnauthenticated={onUnauthenticated}>
      {children}
    </JobStreamProvider>
  );
}
