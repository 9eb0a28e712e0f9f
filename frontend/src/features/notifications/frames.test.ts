import { describe, expect, it } from "vitest";
import { makeNotification } from "@/testing/builders";
import { foldFrame } from "./frames";

const known = { unread_count: 1, items: [makeNotification({ id: 1 })] };

describe("foldFrame", () => {
  it("begins with the snapshot", () => {
    expect(foldFrame(undefined, { type: "snapshot", unread_count: 1, items: known.items })).toEqual(known);
  });

  it("puts an arrival first, once, and leaves the count to the server", () => {
    const frame = { type: "notification", ...makeNotification({ id: 2 }) };
    const after = foldFrame(known, frame);
    expect(after?.items.map(({ id }) => id)).toEqual([2, 1]);
    expect(after?.unread_count).toBe(1);
    expect(foldFrame(after, frame)).toBe(after);
  });

  it("keeps the newest ten", () => {
    let overview: ReturnType<typeof foldFrame> = known;
    for (let id = 2; id < 20; id += 1) {
      overview = foldFrame(overview, { type: "notification", ...makeNotification({ id }) });
    }
    expect(overview?.items).toHaveLength(10);
    expect(overview?.items[0]?.id).toBe(19);
  });

  it("follows the count of another tab", () => {
    expect(foldFrame(known, { type: "unread_count", unread_count: 0 })?.unread_count).toBe(0);
  });

  it("ignores what it does not know", () => {
    expect(foldFrame(known, { type: "error" })).toBe(known);
    expect(foldFrame(known, { type: "unread_count", unread_count: "many" })).toBe(known);
  });
});
