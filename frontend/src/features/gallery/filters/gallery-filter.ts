/** The filter of the gallery as its URL describes it. */
import { useMemo } from "react";
import type { Content, SavedSearch, SavedSearchSubmit } from "@/api/types";
import type { ContentFilter } from "@/features/content";
import { workflowIdOf } from "@/features/workflows/workflow-chip";
import { startOf, timeSpanOf } from "@/lib/time-span";
import { useSearchState } from "@/lib/use-search-state";

export const KEYS = [
  "search",
  "scope",
  "tags",
  "model",
  "type",
  "workflow",
  "since",
  "from",
  "to",
  "rating",
  "size",
  "favourite",
  "sort",
] as const;
export type FilterValues = Record<(typeof KEYS)[number], string>;

export const SCOPES = [
  { value: "mine", label: "Mine" },
  { value: "community", label: "Shared" },
  { value: "all", label: "All" },
] as const;
export const SORTS = [
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
export const TYPES = (Object.keys(TYPE_NAMES) as Content["content_type"][]).map((value) => ({
  value,
  label: TYPE_NAMES[value],
}));
export const SIZES = [
  { value: "small", label: "Small, below 0.5 MP" },
  { value: "medium", label: "Medium, 0.5 to 1.5 MP" },
  { value: "large", label: "Large, 1.5 to 4.5 MP" },
  { value: "huge", label: "Huge, from 4.5 MP" },
] as const;
export const RATINGS = [
  { value: "5", label: "5 stars" },
  { value: "4", label: "4 stars and more" },
  { value: "3", label: "3 stars and more" },
  { value: "2", label: "2 stars and more" },
  { value: "1", label: "Any rating" },
] as const;

export function oneOf<T extends string, F extends T | "">(
  options: readonly { readonly value: T }[],
  text: string,
  fallback: F,
): T | F {
  return options.find(({ value }) => value === text)?.value ?? fallback;
}

/** Return a time of the URL, or "" if it is not one. */
const timeIn = (text: string): string => (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) ? text : "");

/** Return the filter that the URL describes. */
export function useGalleryFilter() {
  const { values } = useSearchState(KEYS);
  const text = JSON.stringify(values);
  return useMemo(() => filterOf(JSON.parse(text) as FilterValues), [text]);
}

/** Return the filter of the values of a URL; unknown values are ignored. */
export function filterOf(values: FilterValues) {
  const { search, scope, tags, model, sort } = values;
  const type = oneOf(TYPES, values.type, "");
  const size = oneOf(SIZES, values.size, "");
  const rating = oneOf(RATINGS, values.rating, "");
  const workflow = workflowIdOf(values.workflow);
  const since = timeSpanOf(values.since);
  const from = since ? startOf(since) : timeIn(values.from);
  const to = timeIn(values.to);
  const filter: ContentFilter = {
    scope: oneOf(SCOPES, scope, "mine"),
    sort: oneOf(SORTS, sort, "newest"),
    ...(search && { search }),
    ...(tags && { tags }),
    ...(model && { checkpoint_model: model }),
    ...(type && { content_type: type }),
    ...(workflow !== undefined && { workflow_id: workflow }),
    ...(from && { created_from: from }),
    ...(to && { created_to: to }),
    ...(rating && { min_rating: Number(rating) }),
    ...(size && { size }),
    ...(values.favourite === "1" && { favourite: true }),
  };
  const { scope: _scope, sort: _sort, ...narrowing } = filter;
  return { filter, isFiltered: Object.keys(narrowing).length > 0 };
}

/** Return what the API stores of a filter. */
export function savedFilterOf(filter: ContentFilter): SavedSearchSubmit["filter"] {
  const { sort: _sort, tags, collection_id: _collection, trash: _trash, ...rest } = filter;
  return { scope: "mine", ...rest, favourite: rest.favourite ?? false, tags: tags ? tags.split(",") : [] };
}

/** Return the address of the gallery with a saved search. */
export function addressOf({ filter, sort }: Pick<SavedSearch, "filter" | "sort">): string {
  const values: Partial<FilterValues> = {
    search: filter.search ?? "",
    scope: filter.scope === "mine" ? "" : filter.scope,
    tags: filter.tags.join(","),
    model: filter.checkpoint_model ?? "",
    type: filter.content_type ?? "",
    workflow: filter.workflow_id === null ? "" : String(filter.workflow_id),
    from: filter.created_from ?? "",
    to: filter.created_to ?? "",
    rating: filter.min_rating === null ? "" : String(filter.min_rating),
    size: filter.size ?? "",
    favourite: filter.favourite ? "1" : "",
    sort: sort === "newest" ? "" : sort,
  };
  const given = Object.entries(values).filter(([, value]) => value !== "");
  return given.length === 0 ? "/gallery" : `/gallery?${new URLSearchParams(given)}`;
}

/** Return the times between which the items of a month, such as 2026-11, were created. */
export function spanOfMonth(month: string): { readonly from: string; readonly to: string } {
  const [year = 0, number = 1] = month.split("-").map(Number);
  const last = new Date(Date.UTC(year, number, 1) - 1).toISOString();
  return { from: `${month}-01T00:00:00Z`, to: last.replace(/\.999Z$/, ".999999Z") };
}

const monthName = new Intl.DateTimeFormat("en", { month: "long", year: "numeric", timeZone: "UTC" });
const dayName = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" });

export const nameOfMonth = (month: string): string => monthName.format(new Date(`${month}-01T00:00:00Z`));

/** Return two times of the URL in words: a month, or the days. */
export function nameOfSpan(from: string, to: string): string {
  const month = from.slice(0, 7);
  if (timeIn(from) && from === spanOfMonth(month).from && to === spanOfMonth(month).to)
    return nameOfMonth(month);
  const parts = [
    timeIn(from) && `from ${dayName.format(new Date(from))}`,
    timeIn(to) && `to ${dayName.format(new Date(to))}`,
  ];
  return parts.filter(Boolean).join(" ");
}
