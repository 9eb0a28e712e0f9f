import { describe, expect, it } from "vitest";
import { sourcesById } from "./image-sources";

describe("sourcesById", () => {
  it("gives true widths, whichever edge is longest", () => {
    expect(sourcesById(7, 1024, 2048)).toEqual({
      src: "/api/v1/content/7/thumbnails/medium",
      srcSet:
        "/api/v1/content/7/thumbnails/small 128w, /api/v1/content/7/thumbnails/medium 256w, /api/v1/content/7/thumbnails/large 512w",
    });
  });

  it("names a picture once that is smaller than its thumbnails may be", () => {
    expect(sourcesById(7, 200, 100).srcSet).toBe("/api/v1/content/7/thumbnails/small 200w");
  });
});
