import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import { useQuery } from "@tanstack/react-query";
import { Heart } from "lucide-react";
import { useCallback, useMemo } from "react";
import type { Content } from "@/api/types";
import { type ContentFilter, TagInput } from "@/features/content";
import { checkpointsQuery } from "@/features/models";
import { WorkflowChip, workflowIdOf } from "@/features/workflows/workflow-chip";
import { startOf, timeSpanOf } from "@/lib/time-span";
import { useSearchState } from "@/lib/use-search-state";
import { FilterBar } from "@/ui/filter-bar";
import { FilterSelect } from "@/ui/filter-select";
import { SearchBox } from "@/ui/search-box";
import { TimeSpanFilter } from "@/ui/time-span-filter";

const KEYS = ["search", "scope", "tags", "model", "type", "workflow", "since", "favourite", "sort"] as const;

const SCOPES = [
  { value: "mine", label: "Mine" },
  { value: "community", label: "Shared" },
  { value: "all", label: "All" },
] as const;
const SORTS = [
  { value: "newest", label: "Newest first" },
  { value: "oldest", label: "Oldest first" },
  { value: "top-rated", label: "Highest rated first" },
] as const;
/** Labels of all content types of the API. */
const TYPE_NAMES: Record<Content["content_type"], string> = {
  image: "Image",
  video: "Video",
  audio: "Audio",
  text: "Text",
  model3d: "3D model",
  file: "Other file",
};
const TYPES = (Object.keys(TYPE_NAMES) as Content["content_type"][]).map((value) => ({
  value,
  label: TYPE_NAMES[value],
}));

function oneOf<T extends string, F extends T | "">(
  options: readonly { readonly value: T }[],
  text: string,
  fallback: F,
): T | F {
  return options.find(({ value }) => value === text)?.value ?? fallback;
}

/** Return the filter that the URL describes. */
export function useGalleryFilter() {
  const { values } = useSearchState(KEYS);
  const { search, scope, tags, model, sort } = values;
  const type = oneOf(TYPES, values.type, "");
  const workflow = workflowIdOf(values.workflow);
  const since = timeSpanOf(values.since);
  const favourite = values.favourite !== "";
  const filter = useMemo<ContentFilter>(
    () => ({
      scope: oneOf(SCOPES, scope, "mine"),
      sort: oneOf(SORTS, sort, "newest"),
      ...(search && { search }),
      ...(tags && { tags }),
      ...(model && { checkpoint_model: model }),
      ...(type && { content_type: type }),
      ...(workflow !== undefined && { workflow_id: workflow }),
      ...(since && { created_from: startOf(since) }),
      ...(favourite && { favourite }),
    }),
    [search, scope, tags, model, type, workflow, since, favourite, sort],
  );
  const isFiltered =
    workflow !== undefined || favourite || [search, tags, model, type, since].some((value) => value !== "");
  return { filter, isFiltered };
}

export function GalleryFilters() {
  const { values, change } = useSearchState(KEYS);
  const models = useQuery(checkpointsQuery).data ?? [];
  const search = useCallback((text: string) => change({ search: text }, { replace: true }), [change]);
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, mb: 2.5 }}>
      <SearchBox
        value={values.search}
        label="Search titles and prompts"
        onChange={search}
        sx={{ flex: { xs: "1 0 100%", sm: "1 1 264px" }, maxWidth: { sm: 420 } }}
      />
      <FilterBar>
        <FilterSelect
          label="Show"
          value={oneOf(SCOPES, values.scope, "mine")}
          options={SCOPES}
          onChange={(scope) => change({ scope: scope === "mine" ? "" : scope })}
        />
        <Chip
          label="Favourites"
          icon={<Heart size={15} fill={values.favourite === "" ? "none" : "currentColor"} aria-hidden />}
          color={values.favourite === "" ? "default" : "primary"}
          variant={values.favourite === "" ? "outlined" : "filled"}
          aria-pressed={values.favourite !== ""}
          onClick={() => change({ favourite: values.favourite === "" ? "1" : "" })}
          sx={{ height: 40, borderRadius: "10px", px: 0.5, "@media (pointer: coarse)": { height: 44 } }}
        />
        <TagInput
          label="Tags"
          placeholder="Any"
          value={values.tags === "" ? [] : values.tags.split(",")}
          onChange={(tags) => change({ tags: tags.join(",") })}
          sx={{ minWidth: { xs: 150, sm: 180 } }}
        />
        <FilterSelect
          label="Model"
          all="Any"
          width={180}
          value={values.model}
          options={models.map((one) => ({ value: one.name, label: one.display_name }))}
          onChange={(model) => change({ model })}
        />
        <FilterSelect
          label="Type"
          all="Any type"
          value={oneOf(TYPES, values.type, "")}
          options={TYPES}
          onChange={(type) => change({ type })}
        />
        <WorkflowChip value={values.workflow} onRemove={() => change({ workflow: "" })} />
        <TimeSpanFilter value={values.since} onChange={(since) => change({ since })} />
        <FilterSelect
          label="Sort by"
          value={oneOf(SORTS, values.sort, "newest")}
          options={SORTS}
          onChange={(sort) => change({ sort: sort === "newest" ? "" : sort })}
        />
      </FilterBar>
    </Box>
  );
}
