/** What the command palette finds on the server: models, presets, prompts, images and saved searches. */
import { keepPreviousData, queryOptions, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { BookMarked, Bookmark, Box, Image, MessageSquareText } from "lucide-react";
import { useEffect, useState } from "react";
import { api, unwrap } from "@/api/client";
import { addressOf, savedSearchesQuery } from "@/features/gallery/searches";
import { architectureName, checkpointsQuery } from "@/features/models";
import { presetsQuery } from "@/features/presets";
import type { Command } from "./commands";

const DEBOUNCE_MS = 200;
const IMAGES = 6;
const PROMPTS = 20;
const SHOWN_PROMPTS = 5;

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
      return (await unwrap(api.GET("/api/v1/generation-jobs", { params: { query }, signal }))).items;
    },
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });

export function useFoundCommands(query: string, go: (path: string) => void): readonly Command[] {
  const search = useSettled(query.trim());
  const models = useQuery(checkpointsQuery).data ?? [];
  const saved = useQuery(savedSearchesQuery).data ?? [];
  const presets = useInfiniteQuery(presetsQuery(null)).data?.pages.flatMap(({ items }) => items) ?? [];
  const prompts = useQuery(promptsQuery(search)).data ?? [];
  const images = useQuery(foundImagesQuery(search)).data ?? [];
  const isSearching = query.trim() !== "";
  const different = prompts.filter(
    ({ prompt, workflow }, place) =>
      prompt !== "" && workflow === null && prompts.findIndex((one) => one.prompt === prompt) === place,
  );
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
    ...different.slice(0, SHOWN_PROMPTS).map(({ id, prompt }) => ({
      id: `prompt ${id}`,
      group: "Your prompts",
      title: prompt,
      icon: MessageSquareText,
      run: () => go(`/generate?job=${id}`),
    })),
    ...(isSearching ? images : []).map((item) => ({
      id: `image ${item.id}`,
      group: "Images",
      title: item.title,
      ...(item.is_mine ? {} : { detail: `By ${item.creator.username}` }),
      icon: Image,
      picture: item,
      run: () => go(`/view/${item.id}`),
    })),
  ];
}
