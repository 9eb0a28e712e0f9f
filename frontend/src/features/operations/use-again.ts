import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useNavigate } from "react-router";
import { ApiError, messageOf } from "@/api/problem";
import type { Content, Job } from "@/api/types";
import { jobQuery, useRequestWithNewSeed, useSubmitJob, withSameSeed } from "@/features/jobs";
import { randomId } from "@/lib/random-id";
import { useToast } from "@/ui/toast";
import { againOf, canVary, seedOf } from "./requests";

export type Seed = "same" | "new";

/** Return the own job that made an item; null if there is none any more. */
async function jobOf(client: QueryClient, { job_id: id, is_mine: isMine }: Content): Promise<Job | null> {
  if (id === null || !isMine) return null;
  try {
    return await client.fetchQuery(jobQuery(id));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

/** Return a function that makes an image again, with its seed or another one; toasts say what happened. */
export function useAgain(): (item: Content, seed: Seed) => void {
  const client = useQueryClient();
  const { mutateAsync } = useSubmitJob();
  const requestOf = useRequestWithNewSeed();
  const toast = useToast();
  const navigate = useNavigate();
  return useCallback(
    (item, seed) => {
      const run = async () => {
        const job = await jobOf(client, item);
        if (job === null && !canVary(item)) throw new Error("The settings of this image are not known.");
        const again = () => ({ body: againOf(item, seed === "same" ? seedOf(item) : null) });
        const same = (known: Job) => ({ body: withSameSeed(known) });
        const request = job === null ? again() : seed === "same" ? same(job) : await requestOf(job);
        await mutateAsync({ ...request, key: randomId() });
      };
      const view = { label: "View", run: () => void navigate("/generate") };
      run()
        .then(() => toast({ message: "Queued", severity: "success", action: view }))
        .catch((error: unknown) => toast({ message: messageOf(error), severity: "error" }));
    },
    [client, mutateAsync, requestOf, toast, navigate],
  );
}
