import { QueryClient } from "@tanstack/react-query";
import { renderHook, waitFor } from "@testing-library/preact";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { problem, startServer, url } from "@/testing/server";
import { deleteCollection } from "./mutations";
import { removeSoon, useRemoved } from "./removals";

const server = startServer();
const deleted: string[] = [];

beforeEach(() => {
  server.use(
    http.delete(url("/collections/:id"), ({ params, request }) => {
      deleted.push(`${params.id}${new URL(request.url).search}`);
      return new HttpResponse(null, { status: 204 });
    }),
  );
});
afterEach(() => {
  deleted.length = 0;
});

it("hides a collection at once, and deletes it when it can no longer be undone", async () => {
  const { result } = renderHook(() => useRemoved());
  const { undo, finish } = removeSoon(new QueryClient(), 5, deleteCollection, () => undefined);
  await waitFor(() => expect(result.current.has(5)).toBe(true));
  expect(deleted).toEqual([]);
  finish();
  await waitFor(() => expect(deleted).toEqual(["5?recursive=true"]));
  await waitFor(() => expect(result.current.has(5)).toBe(false));
  undo();
  finish();
  expect(deleted).toHaveLength(1);
});

it("shows it again when the deletion is undone, and sends it when the page is left", async () => {
  const { result } = renderHook(() => useRemoved());
  const { undo, finish } = removeSoon(new QueryClient(), 6, deleteCollection, () => undefined);
  undo();
  finish();
  await waitFor(() => expect(result.current.has(6)).toBe(false));
  removeSoon(new QueryClient(), 7, deleteCollection, () => undefined);
  window.dispatchEvent(new Event("pagehide"));
  await waitFor(() => expect(deleted).toEqual(["7?recursive=true"]));
});

it("shows it again, and says why, when it cannot be deleted", async () => {
  server.use(http.delete(url("/collections/:id"), () => problem(403, "it belongs to another user")));
  const { result } = renderHook(() => useRemoved());
  const onError = vi.fn();
  removeSoon(new QueryClient(), 8, deleteCollection, onError).finish();
  await waitFor(() => expect(onError).toHaveBeenCalled());
  await waitFor(() => expect(result.current.has(8)).toBe(false));
});
