/** Filters of smart collections: from the gallery and back, and as a text. */
import type { SavedFilter, SavedFilterBody } from "@/api/types";
import type { ContentFilter } from "@/features/content";
import { modelTitle } from "@/lib/format";

/** Return the filter of a smart collection with the items that the gallery shows. */
export function savedFilterOf(filter: ContentFilter): SavedFilterBody {
  const { scope, search, tags, content_type, checkpoint_model, workflow_id, created_from, favourite } =
    filter;
  return {
    scope: scope ?? "mine",
    ...(search && { search }),
    ...(tags && { tags: tags.split(",") }),
    ...(content_type && { content_type }),
    ...(checkpoint_model && { checkpoint_model }),
    ...(workflow_id && { workflow_id }),
    ...(created_from && { created_from }),
    ...(filter.created_to && { created_to: filter.created_to }),
    ...(filter.min_rating && { min_rating: filter.min_rating }),
    ...(filter.size && { size: filter.size }),
    favourite: favourite === true,
  };
}

/** Return the filter of the list of items of an own smart collection. */
export function contentFilterOf(saved: SavedFilter, sort: ContentFilter["sort"]): ContentFilter {
  const { search, tags, content_type, checkpoint_model, workflow_id, created_from, created_to } = saved;
  return {
    scope: saved.scope,
    ...(sort && sort !== "manual" && { sort }),
    ...(search !== null && { search }),
    ...(tags.length > 0 && { tags: tags.join(",") }),
    ...(content_type !== null && { content_type }),
    ...(checkpoint_model !== null && { checkpoint_model }),
    ...(workflow_id !== null && { workflow_id }),
    ...(created_from !== null && { created_from }),
    ...(created_to !== null && { created_to }),
    ...(saved.min_rating !== null && { min_rating: saved.min_rating }),
    ...(saved.size !== null && { size: saved.size }),
    ...(saved.favourite && { favourite: true }),
  };
}

/** Return the address of the gallery with the filter, as far as the gallery has its fields. */
export function galleryAddressOf(saved: SavedFilter): string {
  const address = new URLSearchParams();
  const set = (name: string, value: string | number | null) =>
    value === null || value === "" ? undefined : address.set(name, String(value));
  set("search", saved.search);
  set("scope", saved.scope === "mine" ? null : saved.scope);
  set("tags", saved.tags.join(","));
  set("model", saved.checkpoint_model);
  set("type", saved.content_type);
  set("workflow", saved.workflow_id);
  set("favourite", saved.favourite ? "1" : null);
  const query = address.toString();
  return query === "" ? "/gallery" : `/gallery?${query}`;
}

const SCOPES = { mine: "My images", community: "Shared by others", all: "All images" } as const;

/** Return what a smart collection shows, part by part: "My images", "“fox”", "#snow". */
export function describeFilter(saved: SavedFilter): readonly string[] {
  const day = (iso: string) => new Date(iso).toLocaleDateString(undefined, { dateStyle: "medium" });
  return [
    SCOPES[saved.scope],
    ...(saved.search ? [`“${saved.search}”`] : []),
    ...saved.tags.map((tag) => `#${tag}`),
    ...(saved.checkpoint_model ? [modelTitle(saved.checkpoint_model)] : []),
    ...(saved.content_type
      ? [saved.content_type === "model3d" ? "3D models" : `${saved.content_type}s`]
      : []),
    ...(saved.workflow_id === null ? [] : ["of one workflow"]),
    ...(saved.created_from === null ? [] : [`from ${day(saved.created_from)}`]),
    ...(saved.created_to === null ? [] : [`until ${day(saved.created_to)}`]),
    ...(saved.favourite ? ["Favourites"] : []),
  ];
}
