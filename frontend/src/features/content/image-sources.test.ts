import { describe, expect, it } from "vitest";
import { imageById, sourcesOf } from "./image-sources";

describe("imageById", () => {
  it("returns actual widths for portrait images", () => {
    expect(sourcesOf(imageById(7, 1024, 2048))).toEqual({
      src: "/api/v1/content/7/thumbnails/medium",
      srcSet:
        "/api/v1/content/7/thumbnails/small 128w, /api/v1/content/7/thumbnails/medium 256w, /api/v1/content/7/thumbnails/large 512w, /api/v1/content/7/image 1024w",
    });
  });

  it("lists an image smaller than all thumbnails once", () => {
    expect(sourcesOf(imageById(7, 200, 100)).srcSet).toBe("/api/v1/content/7/thumbnails/small 200w");
  });
});

it("has no source for an item without thumbnails, so that lists do not load whole images", () => {
  expect(sourcesOf({ thumbnails: [], image_url: "/api/v1/content/7/image", width: 1024 })).toEqual({});
});
