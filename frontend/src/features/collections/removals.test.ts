import { QueryClient } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/preact";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { problem, startServer, url } from "@/testing/server";
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
  let undo = () => {};
  // Within `act`, as it is hidden for less time than passes between two looks of `waitFor`.
  await act(() => {
    undo = removeSoon(new QueryClient(), 5, () => undefined, 0);
  });
  expect(result.current.has(5)).toBe(true);
  await waitFor(() => expect(deleted).toEqual(["5?recursive=true"]));
  await waitFor(() => expect(result.current.has(5)).toBe(false));
  undo();
  expect(deleted).toHaveLength(1);
});

it("shows it again when the deletion is undone, and sends it when the page is left", async () => {
  const { result } = renderHook(() => useRemoved());
  const undo = removeSoon(new QueryClient(), 6, () => undefined);
  undo();
  await waitFor(() => expect(result.current.has(6)).toBe(false));
  removeSoon(new QueryClient(), 7, () => undefined);
  window.dispatchEvent(new Event("pagehide"));
  await waitFor(() => expect(deleted).toEqual(["7?recursive=true"]));
});

it("shows it again, and says why, when it cannot be deleted", async () => {
  server.use(http.delete(url("/collections/:id"), () => problem(403, "it belongs to another user")));
  const { result } = renderHook(() => useRemoved());
  const onError = vi.fn();
  removeSoon(new QueryClient(), 8, onError);
  window.dispatchEvent(new Event("pagehide"));
  await waitFor(() => expect(onError).toHaveBeenCalled());
  await waitFor(() => expect(result.current.has(8)).toBe(false));
});
