import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { type ContentFilter, TagInput } from "@/features/content";
import { checkpointsQuery } from "@/features/models";
import { useSearchState } from "@/lib/use-search-state";
import { FilterBar } from "@/ui/filter-bar";
import { FilterSelect } from "@/ui/filter-select";
import { SearchBox } from "@/ui/search-box";

const KEYS = ["search", "scope", "tags", "model", "sort"] as const;

const SCOPES = [
  { value: "mine", label: "Mine" },
  { value: "community", label: "Community" },
  { value: "all", label: "Everything" },
] as const;
const SORTS = [
  { value: "newest", label: "Newest first" },
  { value: "oldest", label: "Oldest first" },
  { value: "top-rated", label: "Best rated first" },
] as const;

function oneOf<T extends string>(options: readonly { readonly value: T }[], text: string, fallback: T): T {
  return options.find(({ value }) => value === text)?.value ?? fallback;
}

/** The filter that the address describes. */
export function useGalleryFilter() {
  const { values } = useSearchState(KEYS);
  const { search, scope, tags, model, sort } = values;
  const filter = useMemo<ContentFilter>(
    () => ({
      scope: oneOf(SCOPES, scope, "mine"),
      sort: oneOf(SORTS, sort, "newest"),
      ...(search && { search }),
      ...(tags && { tags }),
      ...(model && { checkpoint_model: model }),
    }),
    [search, scope, tags, model, sort],
  );
  return { filter, isFiltered: [search, tags, model].some((value) => value !== "") };
}

export function GalleryFilters() {
  const { values, change } = useSearchState(KEYS);
  const models = useQuery(checkpointsQuery).data ?? [];
  const search = useCallback((words: string) => change({ search: words }, { replace: true }), [change]);
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, mb: 2.5 }}>
      <SearchBox
        value={values.search}
        label="Search titles and prompts"
        onChange={search}
        sx={{ width: { xs: "100%", sm: 280 } }}
      />
      <FilterBar>
        <FilterSelect
          label="Whose"
          value={oneOf(SCOPES, values.scope, "mine")}
          options={SCOPES}
          onChange={(scope) => change({ scope: scope === "mine" ? "" : scope })}
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
          value={values.model}
          options={models.map((one) => ({ value: one.name, label: one.display_name }))}
          onChange={(model) => change({ model })}
        />
        <FilterSelect
          label="Order"
          value={oneOf(SORTS, values.sort, "newest")}
          options={SORTS}
          onChange={(sort) => change({ sort: sort === "newest" ? "" : sort })}
        />
      </FilterBar>
    </Box>
  );
}
