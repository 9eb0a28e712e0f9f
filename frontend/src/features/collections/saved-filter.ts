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

/** Return the address of the gallery with the filter of a smart collection, where it can be changed. */
export function galleryAddressOf(saved: SavedFilter, id: number): string {
  const address = new URLSearchParams();
  const set = (name: string, value: string | number | null) =>
    value === null || value === "" ? undefined : address.set(name, String(value));
  set("search", saved.search);
  set("scope", saved.scope === "mine" ? null : saved.scope);
  set("tags", saved.tags.join(","));
  set("model", saved.checkpoint_model);
  set("type", saved.content_type);
  set("workflow", saved.workflow_id);
  set("from", saved.created_from);
  set("to", saved.created_to);
  set("rating", saved.min_rating);
  set("size", saved.size);
  set("favourite", saved.favourite ? "1" : null);
  set("smart", id);
  return `/gallery?${address}`;
}

const SCOPES = { mine: "My images", community: "Shared by others", all: "All images" } as const;

const TYPES: Record<NonNullable<SavedFilter["content_type"]>, string> = {
  image: "images",
  video: "videos",
  audio: "sounds",
  text: "texts",
  model3d: "3D models",
  file: "other files",
};

const starsOf = (least: number): string =>
  least === 5 ? "5 stars" : `${least} star${least === 1 ? "" : "s"} and more`;

/** Return what a smart collection shows, part by part: "My images", "“fox”", "#snow". */
export function describeFilter(saved: SavedFilter): readonly string[] {
  const day = (iso: string) => new Date(iso).toLocaleDateString(undefined, { dateStyle: "medium" });
  return [
    SCOPES[saved.scope],
    ...(saved.search ? [`“${saved.search}”`] : []),
    ...saved.tags.map((tag) => `#${tag}`),
    ...(saved.checkpoint_model ? [modelTitle(saved.checkpoint_model)] : []),
    ...(saved.content_type ? [TYPES[saved.content_type]] : []),
    ...(saved.workflow_id === null ? [] : ["of one workflow"]),
    ...(saved.created_from === null ? [] : [`from ${day(saved.created_from)}`]),
    ...(saved.created_to === null ? [] : [`until ${day(saved.created_to)}`]),
    ...(saved.min_rating === null ? [] : [starsOf(saved.min_rating)]),
    ...(saved.size === null ? [] : [`${saved.size} ones`]),
    ...(saved.favourite ? ["Favourites"] : []),
  ];
}
