import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { SubmissionFilter } from "@/features/jobs";
import { checkpointsQuery } from "@/features/models";
import { useSearchState } from "@/lib/use-search-state";
import { FilterBar } from "@/ui/filter-bar";
import { FilterSelect } from "@/ui/filter-select";
import { healthQuery } from "./queries";
import { UserSelect } from "./user-select";

const KEYS = ["user", "model", "server"] as const;

/** Return the filter of submissions encoded in the URL. */
export function useQueueFilter(): SubmissionFilter {
  const { user, model, server } = useSearchState(KEYS).values;
  return useMemo(
    () => ({
      ...(user && { user_id: user }),
      ...(model && { checkpoint_model: model }),
      ...(server && { backend: server }),
    }),
    [user, model, server],
  );
}

export function QueueFilters() {
  const { values, change } = useSearchState(KEYS);
  const models = useQuery(checkpointsQuery).data ?? [];
  const servers = useQuery(healthQuery).data?.comfyui ?? [];
  return (
    <FilterBar>
      <UserSelect label="User" placeholder="Any" value={values.user} onChange={(user) => change({ user })} />
      <FilterSelect
        label="Model"
        all="Any"
        width={180}
        value={values.model}
        options={models.map(({ name, display_name }) => ({ value: name, label: display_name }))}
        onChange={(model) => change({ model })}
      />
      <FilterSelect
        label="Server"
        all="Any"
        width={180}
        value={values.server}
        options={servers.map(({ name }) => ({ value: name, label: name }))}
        onChange={(server) => change({ server })}
      />
    </FilterBar>
  );
}
