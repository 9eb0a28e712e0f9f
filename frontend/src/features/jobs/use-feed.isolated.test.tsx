import { screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it, onTestFinished, vi } from "vitest";
import type { Batch } from "@/api/types";
import { done, makeBatch } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { startServer, url } from "@/testing/server";
import { jobKeys, WAITING_POLL_MS } from "./queries";
import { useFeed } from "./use-feed";

const server = startServer();

/** Serve lists of batches in pages, as the API does. */
function serve(lists: { open: readonly Batch[]; ended: readonly Batch[] }) {
  server.use(
    http.get(url("/generation-batches"), ({ request }) => {
      const query = new URL(request.url).searchParams;
      const list = query.get("open") === "true" ? lists.open : lists.ended;
      const start = Number(query.get("cursor") ?? 0);
      const end = start + Number(query.get("limit"));
      return HttpResponse.json({
        items: list.slice(start, end),
        next_cursor: end < list.length ? String(end) : null,
        total: null,
      });
    }),
  );
}

function Probe() {
  const { submissions, loadOlder } = useFeed();
  return (
    <>
      <ol>
        {submissions.map((one) => (
          <li key={one.batchId}>{one.jobs.length}</li>
        ))}
      </ol>
      <button type="button" disabled={loadOlder === null} onClick={loadOlder ?? undefined}>
        older
      </button>
    </>
  );
}

const shown = () => screen.queryAllByRole("listitem").length;
const batch = (id: number, ended = false) =>
  makeBatch(
    `b${id}`,
    Array.from({ length: 16 }, (_, index) => ({
      id: id * 16 + index,
      ...(ended ? done(id * 16 + index, `2026-01-01T00:${String(id).padStart(2, "0")}:00Z`) : {}),
    })),
  );
const numbers = (count: number) => Array.from({ length: count }, (_, index) => count - index);

it("lists all open submissions, however many, and all ended ones by page", async () => {
  const open = numbers(130).map((id) => makeBatch(`o${id}`, [{ id: 1_000 + id }]));
  serve({ open, ended: numbers(30).map((id) => batch(id, true)) });
  renderApp(<Probe />);
  await waitFor(() => expect(shown()).toBe(130 + 12));
  await userEvent.click(screen.getByText("older"));
  await waitFor(() => expect(shown()).toBe(130 + 24));
  await userEvent.click(screen.getByText("older"));
  await waitFor(() => expect(shown()).toBe(130 + 30));
  expect(screen.getByText("older")).toBeDisabled();
});

it("finds every submission that ended since the last refetch", async () => {
  const lists = { open: numbers(40).map((id) => batch(id)), ended: [] as Batch[] };
  serve(lists);
  const { client } = renderApp(<Probe />);
  await waitFor(() => expect(shown()).toBe(40));
  lists.ended = numbers(40).map((id) => batch(id, true));
  lists.open = [];
  await client.refetchQueries({ queryKey: jobKeys.feed });
  expect(shown()).toBe(40);
});

function Places() {
  const jobs = useFeed().submissions.flatMap((one) => one.jobs);
  return <output>{jobs.map((job) => job.queue_position).join()}</output>;
}

it("reads the queue positions again while jobs wait: they move up without a frame", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  serve({ open: [makeBatch("b", [{ queue_position: 4 }])], ended: [] });
  renderApp(<Places />);
  await screen.findByText("4");
  serve({ open: [makeBatch("b", [{ queue_position: 2, estimated_wait_seconds: 30 }])], ended: [] });
  await vi.advanceTimersByTimeAsync(WAITING_POLL_MS);
  await screen.findByText("2");
});
