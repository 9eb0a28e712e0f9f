import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { startServer, url } from "@/testing/server";
import { changeAll } from "./bulk";

const server = startServer();

it("continues a change by filter until all matching items are changed", async () => {
  const bodies: unknown[] = [];
  server.use(
    http.post(url("/content/bulk"), async ({ request }) => {
      const body = (await request.json()) as { cursor: string | null };
      bodies.push(body);
      const isLast = body.cursor === "second";
      const items = [{ id: isLast ? 1 : 2, status: "done", reason: null }];
      return HttpResponse.json({ items, counts: {}, next_cursor: isLast ? null : "second" });
    }),
  );
  const done = await changeAll({ action: "delete", filter: { search: "fox" } });
  expect(done.map(({ id }) => id)).toEqual([2, 1]);
  expect(bodies).toEqual([
    { action: "delete", filter: { search: "fox" }, cursor: null },
    { action: "delete", filter: { search: "fox" }, cursor: "second" },
  ]);
});

it("names at most 500 items in a request", async () => {
  const sizes: number[] = [];
  server.use(
    http.post(url("/content/bulk"), async ({ request }) => {
      sizes.push(((await request.json()) as { ids: number[] }).ids.length);
      return HttpResponse.json({ items: [], counts: {}, next_cursor: null });
    }),
  );
  await changeAll({ action: "delete", ids: Array.from({ length: 1_001 }, (_, id) => id + 1) });
  expect(sizes).toEqual([500, 500, 1]);
});
