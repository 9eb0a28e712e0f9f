/** What the command palette finds on the server: models, presets, prompts, images, collections and saved searches. */
import { keepPreviousData, queryOptions, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { BookMarked, Bookmark, Box, FolderHeart, Image, MessageSquareText } from "lucide-react";
import { useEffect, useState } from "react";
import { api, unwrap } from "@/api/client";
import type { UsedPrompt } from "@/api/types";
import { addressOf, savedSearchesQuery } from "@/features/gallery/searches";
import { architectureName, checkpointsQuery } from "@/features/models";
import { presetsQuery } from "@/features/presets";
import type { Command } from "./commands";
import { ranked } from "./fuzzy";

const DEBOUNCE_MS = 200;
const IMAGES = 6;
const PROMPTS = 5;
const COLLECTIONS = 5;

/** Return a value once it has not changed for a while. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

const foundImagesQuery = (search: string) =>
  queryOptions({
    queryKey: ["palette", "images", search],
    queryFn: async ({ signal }) =>
      (
        await unwrap(
          api.GET("/api/v1/content", { params: { query: { search, scope: "all", limit: IMAGES } }, signal }),
        )
      ).items,
    enabled: search !== "",
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });

const promptsQuery = (search: string) =>
  queryOptions({
    queryKey: ["palette", "prompts", search],
    queryFn: async ({ signal }) => {
      const query = { limit: PROMPTS, ...(search === "" ? {} : { search }) };
      return (await unwrap(api.GET("/api/v1/prompts", { params: { query }, signal }))).items;
    },
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });

const foundCollectionsQuery = (search: string) =>
  queryOptions({
    queryKey: ["palette", "collections", search],
    queryFn: async ({ signal }) => {
      const query = { search, limit: COLLECTIONS };
      return (await unwrap(api.GET("/api/v1/collections", { params: { query }, signal }))).items;
    },
    enabled: search !== "",
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });

const COLLECTIONS_GROUP = "Collections";
const PROMPTS_GROUP = "Your prompts";
const IMAGES_GROUP = "Images";

/** Return whether the server has searched, so that what it found is neither ranked nor filtered again. */
export const isFoundByServer = ({ group }: Command): boolean =>
  [COLLECTIONS_GROUP, PROMPTS_GROUP, IMAGES_GROUP].includes(group);

function addressOfPrompt({ prompt, negative_prompt: negative, is_dynamic: isDynamic }: UsedPrompt): string {
  return `/generate?${new URLSearchParams({ prompt, negative, dynamic: isDynamic ? "1" : "0" })}`;
}

export function useFoundCommands(query: string, go: (path: string) => void): readonly Command[] {
  const search = useSettled(query.trim());
  const models = useQuery(checkpointsQuery).data ?? [];
  const saved = useQuery(savedSearchesQuery).data ?? [];
  const presets = useInfiniteQuery(presetsQuery(null)).data?.pages.flatMap(({ items }) => items) ?? [];
  const found = useQuery(promptsQuery(search));
  // Until the server has answered, those of the search before that match.
  const isCurrent = search === query.trim() && !found.isPlaceholderData;
  const prompts = isCurrent
    ? (found.data ?? [])
    : ranked(query, found.data ?? [], ({ prompt }: UsedPrompt) => prompt);
  const images = useQuery(foundImagesQuery(search)).data ?? [];
  const collections = useQuery(foundCollectionsQuery(search)).data ?? [];
  const isSearching = query.trim() !== "";
  return [
    ...models.map((model) => ({
      id: `model ${model.name}`,
      group: "Models",
      title: model.display_name,
      detail: architectureName(model.architecture),
      icon: Box,
      run: () => go(`/generate?${new URLSearchParams({ model: model.name })}`),
    })),
    ...presets.map(({ id, kind, name }) => ({
      id: `preset ${id}`,
      group: "Presets and styles",
      title: name,
      detail: kind === "style" ? "Style" : "Preset",
      icon: BookMarked,
      run: () => go(`/generate?preset=${id}`),
    })),
    ...saved.map((one) => ({
      id: `search ${one.id}`,
      group: "Saved searches",
      title: one.name,
      icon: Bookmark,
      run: () => go(addressOf(one)),
    })),
    ...(isSearching ? collections : []).map(({ id, name }) => ({
      id: `collection ${id}`,
      group: COLLECTIONS_GROUP,
      title: name,
      icon: FolderHeart,
      run: () => go(`/collections/${id}`),
    })),
    ...prompts.map((one) => ({
      id: `prompt ${one.prompt.slice(0, 200)} ${one.negative_prompt.slice(0, 100)}`,
      group: PROMPTS_GROUP,
      title: one.prompt,
      icon: MessageSquareText,
      run: () => go(addressOfPrompt(one)),
    })),
    ...(isSearching ? images : []).map((item) => ({
      id: `image ${item.id}`,
      group: IMAGES_GROUP,
      title: item.title,
      ...(item.is_mine ? {} : { detail: `By ${item.creator.username}` }),
      icon: Image,
      picture: item,
      run: () => go(`/view/${item.id}`),
    })),
  ];
}
