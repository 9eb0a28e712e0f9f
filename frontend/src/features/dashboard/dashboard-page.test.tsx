import { screen } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import type { ContentStats, JobStats } from "@/api/types";
import { renderApp } from "@/testing/render";
import { page, startServer } from "@/testing/server";
import { DashboardPage } from "./dashboard-page";

const server = startServer();

function thereAre(jobs: number, pictures: number): void {
  server.gives("/generation-jobs/stats", {
    counts: { failed: jobs },
    total: jobs,
    mean_run_seconds: null,
    mean_wait_seconds: null,
  } satisfies JobStats);
  server.gives("/content/stats", {
    mine_count: pictures,
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
  server.gives("/content", page([]));
});

it("shows somebody new the way to a first picture instead of empty figures", async () => {
  thereAre(0, 0);
  renderApp(<DashboardPage />);
  const example = await screen.findByRole("link", { name: /aurora/ });
  expect(example).toHaveAttribute("href", "/generate?prompt=snowy+mountains+under+a+green+aurora");
  expect(screen.getByRole("link", { name: "Describe your own" })).toHaveAttribute("href", "/generate");
  expect(screen.queryByRole("region", { name: "Statistics" })).not.toBeInTheDocument();
});

it.each([
  [1, 0],
  [0, 1],
])("shows the figures once there is something: %i jobs, %i pictures", async (jobs, pictures) => {
  thereAre(jobs, pictures);
  renderApp(<DashboardPage />);
  expect(await screen.findByText(`0 running, ${jobs} in all`)).toBeInTheDocument();
  expect(screen.queryByRole("link", { name: "Describe your own" })).not.toBeInTheDocument();
});
