import { screen, within } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Alert, JobStatistics, NamedJobs } from "@/api/types";
import { renderApp } from "@/testing/render";
import { page, startServer } from "@/testing/server";
import { OverviewTab } from "./overview-tab";

const server = startServer();

const NO_JOBS: NamedJobs["jobs"] = {
  completed: 0,
  failed: 0,
  cancelled: 0,
  wait_seconds: null,
  wait_seconds_max: null,
  render_seconds: null,
  render_seconds_max: null,
};
const JOBS = {
  ...NO_JOBS,
  completed: 3,
  failed: 1,
  wait_seconds: 2,
  wait_seconds_max: 4,
  render_seconds: 12,
  render_seconds_max: 20,
};

const ALERT: Alert = {
  id: 1,
  kind: "backend_down",
  subject: "gpu1",
  title: "The ComfyUI server gpu1 is down",
  message: "No worker could use it for 6 minutes.",
  details: {},
  began_at: "2026-11-29T10:00:00Z",
  ended_at: null,
};

function statistics(jobs: NamedJobs["jobs"]): JobStatistics {
  const isEmpty = jobs === NO_JOBS;
  return {
    period: "day",
    since: "2026-11-29T00:00:00Z",
    bucket_seconds: 3600,
    total: jobs,
    buckets: [
      { at: "2026-11-29T00:00:00Z", jobs: NO_JOBS },
      { at: "2026-11-29T01:00:00Z", jobs },
    ],
    models: isEmpty ? [] : [{ name: "sd15.safetensors", jobs }],
    backends: isEmpty ? [] : [{ name: "gpu1", jobs }],
    error_codes: isEmpty ? [] : [{ error_code: "out_of_memory", count: 1 }],
  };
}

it("shows active alerts and says when there is none", async () => {
  server.gives("/alerts", page([ALERT]));
  server.gives("/statistics/jobs", statistics(NO_JOBS));
  renderApp(<OverviewTab />);
  expect(await screen.findAllByText("The ComfyUI server gpu1 is down")).not.toHaveLength(0);
  expect(screen.getAllByText(/No worker could use it for 6 minutes/)).not.toHaveLength(0);
  expect(await screen.findByText("No job ended in this time.")).toBeInTheDocument();
});

it("shows charts, and their values as tables", async () => {
  server.gives("/alerts", page([]));
  server.gives("/statistics/jobs", statistics(JOBS));
  renderApp(<OverviewTab />);
  expect(await screen.findByText("No alert is active.")).toBeInTheDocument();
  const chart = await screen.findByRole("img", { name: "Jobs: 3 completed, 1 failed, 0 cancelled" });
  expect(chart).toBeInTheDocument();
  expect(
    screen.getByRole("img", { name: "Render time, mean: 12 s on average, 20 s at most" }),
  ).toBeInTheDocument();
  const [summary] = screen.getAllByText("Show as table");
  await userEvent.click(summary as HTMLElement);
  const table = screen.getByRole("table", { name: "Jobs" });
  const [, , last] = within(table).getAllByRole("row");
  expect(
    within(last as HTMLElement)
      .getAllByRole("cell")
      .map((cell) => cell.textContent),
  ).toEqual(["3", "1", "0"]);
  const models = screen.getByRole("table", { name: "Jobs by model" });
  expect(within(models).getByText("sd15")).toBeInTheDocument();
  expect(screen.getByText("Errors: out_of_memory (1)")).toBeInTheDocument();
});
