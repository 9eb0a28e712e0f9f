import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { JobStatus } from "@/api/types";
import type { JobFilter } from "@/features/jobs";
import { checkpointsQuery } from "@/features/models";
import { WorkflowChip, workflowIdOf } from "@/features/workflows/workflow-chip";
import { startOf, timeSpanOf } from "@/lib/time-span";
import { useSearchState } from "@/lib/use-search-state";
import { FilterBar } from "@/ui/filter-bar";
import { FilterSelect } from "@/ui/filter-select";
import { SearchBox } from "@/ui/search-box";
import { TimeSpanFilter } from "@/ui/time-span-filter";

const KEYS = ["search", "status", "model", "workflow", "since", "sort"] as const;

const STATUSES = [
  { value: "open", label: "Waiting or running" },
  { value: "completed", label: "Done" },
  { value: "failed", label: "Failed" },
  { value: "cancelled", label: "Cancelled" },
] as const;
const SORTS = [
  { value: "newest", label: "Newest first" },
  { value: "oldest", label: "Oldest first" },
] as const;

function statusesOf(choice: string): JobStatus[] | undefined {
  if (choice === "open") return ["pending", "queued", "running"];
  return STATUSES.some(({ value }) => value === choice) ? [choice as JobStatus] : undefined;
}

/** Return the filter encoded in the URL. */
export function useHistoryFilter() {
  const { values } = useSearchState(KEYS);
  const { search, status, model, since, sort } = values;
  const workflow = workflowIdOf(values.workflow);
  const filter = useMemo<JobFilter>(() => {
    const statuses = statusesOf(status);
    const span = timeSpanOf(since);
    return {
      sort: sort === "oldest" ? "oldest" : "newest",
      ...(search && { search }),
      ...(model && { checkpoint_model: model }),
      ...(workflow !== undefined && { workflow_id: workflow }),
      ...(statuses && { status: statuses }),
      ...(span && { created_from: startOf(span) }),
    };
  }, [search, status, model, workflow, since, sort]);
  const isFiltered = workflow !== undefined || [search, status, model, since].some((value) => value !== "");
  return { filter, isFiltered };
}

export function HistoryFilters() {
  const { values, change } = useSearchState(KEYS);
  const models = useQuery(checkpointsQuery).data ?? [];
  const search = useCallback((words: string) => change({ search: words }, { replace: true }), [change]);
  return (
    <>
      <SearchBox
        value={values.search}
        label="Search prompts"
        onChange={search}
        sx={{ flex: { xs: "1 0 100%", sm: "1 1 190px" }, maxWidth: { sm: 300 } }}
      />
      <FilterBar>
        <FilterSelect
          label="Status"
          all="Any"
          value={values.status as (typeof STATUSES)[number]["value"]}
          options={STATUSES}
          onChange={(status) => change({ status })}
        />
        <FilterSelect
          label="Model"
          all="Any"
          width={180}
          value={values.model}
          options={models.map((model) => ({ value: model.name, label: model.display_name }))}
          onChange={(model) => change({ model })}
        />
        <WorkflowChip value={values.workflow} onRemove={() => change({ workflow: "" })} />
        <TimeSpanFilter value={values.since} onChange={(since) => change({ since })} />
        <FilterSelect
          label="Sort by"
          value={values.sort === "oldest" ? "oldest" : "newest"}
          options={SORTS}
          onChange={(sort) => change({ sort: sort === "oldest" ? sort : "" })}
        />
      </FilterBar>
    </>
  );
}
