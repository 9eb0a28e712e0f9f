import { expect, it } from "vitest";
import type { SavedFilter } from "@/api/types";
import { contentFilterOf, describeFilter, galleryAddressOf, savedFilterOf } from "./saved-filter";

const saved: SavedFilter = {
  scope: "mine",
  search: "red fox",
  tags: ["snow", "night"],
  content_type: "image",
  checkpoint_model: "sd15.safetensors",
  workflow_id: null,
  created_from: null,
  created_to: null,
  min_rating: null,
  size: null,
  favourite: true,
};

it("makes the filter of the gallery a saved one, and the same list of it again", () => {
  const body = savedFilterOf({
    scope: "mine",
    sort: "oldest",
    search: "red fox",
    tags: "snow,night",
    content_type: "image",
    checkpoint_model: "sd15.safetensors",
    favourite: true,
  });
  expect(body).toEqual({
    scope: "mine",
    search: "red fox",
    tags: ["snow", "night"],
    content_type: "image",
    checkpoint_model: "sd15.safetensors",
    favourite: true,
  });
  expect(contentFilterOf(saved, "top-rated")).toEqual({ ...body, tags: "snow,night", sort: "top-rated" });
});

it("leads to the gallery with the same filter", () => {
  expect(galleryAddressOf(saved, 3)).toBe(
    "/gallery?search=red+fox&tags=snow%2Cnight&model=sd15.safetensors&type=image&favourite=1&smart=3",
  );
  const all = { search: null, tags: [], content_type: null, checkpoint_model: null, favourite: false };
  const others = { min_rating: 4, size: "large", created_from: "2026-11-01T00:00:00Z" } as const;
  expect(galleryAddressOf({ ...saved, ...all, ...others }, 3)).toBe(
    "/gallery?from=2026-11-01T00%3A00%3A00Z&rating=4&size=large&smart=3",
  );
});

it("says in words what is shown", () => {
  expect(describeFilter(saved)).toEqual([
    "My images",
    "“red fox”",
    "#snow",
    "#night",
    "sd15",
    "images",
    "Favourites",
  ]);
  const rated = { ...saved, content_type: "audio", min_rating: 4, size: "large" } as const;
  expect(describeFilter(rated).slice(-4)).toEqual(["sounds", "4 stars and more", "large ones", "Favourites"]);
});
