import { screen, within } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import type { ContentStats, JobStats } from "@/api/types";
import { done, makeBatch, makeContent } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { page, startServer } from "@/testing/server";
import { DashboardPage } from "./dashboard-page";

const server = startServer();

function serveStatistics(jobs: number, images: number): void {
  server.gives("/generation-jobs/stats", {
    counts: { failed: jobs },
    total: jobs,
    mean_run_seconds: null,
    mean_wait_seconds: null,
  } satisfies JobStats);
  server.gives("/content/stats", {
    mine_count: images,
    community_count: 0,
    public_count: 0,
    size_bytes: 0,
    trash_count: 0,
    trash_size_bytes: 0,
    top_checkpoints: [],
    top_tags: [],
    days: [],
  } satisfies ContentStats);
}

beforeEach(() => {
  server.gives("/generation-jobs", page([]));
  server.givesFeed([]);
  server.gives("/content", page([]));
});

it("shows a new user how to start instead of empty statistics", async () => {
  serveStatistics(0, 0);
  renderApp(<DashboardPage />);
  const example = await screen.findByRole("link", { name: /aurora/ });
  expect(example).toHaveAttribute("href", "/generate?prompt=snowy+mountains+under+a+green+aurora");
  expect(screen.getByRole("link", { name: "Write your own prompt" })).toHaveAttribute("href", "/generate");
  expect(screen.queryByRole("region", { name: "Statistics" })).not.toBeInTheDocument();
});

it.each([
  [1, 0],
  [0, 1],
])("shows statistics once there are jobs or images: %i jobs, %i images", async (jobs, images) => {
  serveStatistics(jobs, images);
  renderApp(<DashboardPage />);
  expect(await screen.findByText(`0 running, ${jobs} total`)).toBeInTheDocument();
  expect(screen.queryByRole("link", { name: "Write your own prompt" })).not.toBeInTheDocument();
});

it("offers the operations on recent images", async () => {
  // jsdom has no layout.
  vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockReturnValue(new DOMRect(0, 0, 1_060, 0));
  serveStatistics(1, 1);
  server.gives("/content", page([makeContent({ id: 7, title: "Harbour" })]));
  renderApp(<DashboardPage />);
  const recent = await screen.findByRole("region", { name: "Recent" });
  await userEvent.hover(await within(recent).findByRole("link", { name: /Harbour|lighthouse/ }));
  expect(within(recent).getByRole("button", { name: /^Actions for/ })).toBeInTheDocument();
});

it("shows one card for each submission", async () => {
  serveStatistics(3, 0);
  server.givesFeed([
    makeBatch("a", [{ id: 4, prompt: "a raft", queue_position: 2 }]),
    makeBatch("b", [done(1), { id: 2, status: "running", progress: 50 }, { id: 3, queue_position: 1 }]),
  ]);
  renderApp(<DashboardPage />);
  const running = await screen.findByRole("region", { name: "In progress" });
  expect(within(running).getAllByRole("progressbar")).toHaveLength(2);
  expect(within(running).getByText("1 of 3 done · 1 running")).toBeInTheDocument();
  expect(within(running).getByText("a raft")).toBeInTheDocument();
});

it("shows six submissions of a long queue, and how many more there are", async () => {
  serveStatistics(16, 0);
  const waiting = Array.from({ length: 8 }, (_, index) =>
    makeBatch(`b${index}`, [
      { id: 2 * index + 1, prompt: `fox ${index}`, queue_position: 2 * index + 1 },
      { id: 2 * index + 2, prompt: `fox ${index}`, queue_position: 2 * index + 2 },
    ]),
  );
  server.givesFeed(waiting.toReversed());
  renderApp(<DashboardPage />);
  const running = await screen.findByRole("region", { name: "In progress" });
  expect(
    within(running)
      .getAllByText(/^fox \d$/)
      .map((title) => title.textContent),
  ).toEqual([0, 1, 2, 3, 4, 5].map((index) => `fox ${index}`));
  expect(within(running).getByRole("link", { name: "2 more in the queue" })).toHaveAttribute(
    "href",
    "/generate",
  );
});
