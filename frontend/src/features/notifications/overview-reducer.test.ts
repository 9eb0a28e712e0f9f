import { describe, expect, it } from "vitest";
import { makeNotification } from "@/testing/builders";
import { applyFrame } from "./overview-reducer";

const known = { unread_count: 1, items: [makeNotification({ id: 1 })] };

describe("applyFrame", () => {
  it("starts with the snapshot", () => {
    expect(applyFrame(undefined, { type: "snapshot", unread_count: 1, items: known.items })).toEqual(known);
  });

  it("adds a new notification first, once, and does not change the count", () => {
    const frame = { type: "notification", ...makeNotification({ id: 2 }) };
    const after = applyFrame(known, frame);
    expect(after?.items.map(({ id }) => id)).toEqual([2, 1]);
    expect(after?.unread_count).toBe(1);
    expect(applyFrame(after, frame)).toBe(after);
  });

  it("keeps the newest ten", () => {
    let overview: ReturnType<typeof applyFrame> = known;
    for (let id = 2; id < 20; id += 1) {
      overview = applyFrame(overview, { type: "notification", ...makeNotification({ id }) });
    }
    expect(overview?.items).toHaveLength(10);
    expect(overview?.items[0]?.id).toBe(19);
  });

  it("applies the unread count from the server", () => {
    expect(applyFrame(known, { type: "unread_count", unread_count: 0 })?.unread_count).toBe(0);
  });

  it("ignores unknown frames", () => {
    expect(applyFrame(known, { type: "error" })).toBe(known);
    expect(applyFrame(known, { type: "unread_count", unread_count: "many" })).toBe(known);
  });
});
