import { screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Job } from "@/api/types";
import { done, makeContent, makeJob } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { startServer } from "@/testing/server";
import { JobCard } from "./job-card";
import { JobRow } from "./job-row";

const server = startServer();
const ACTIONS = [
  "Add to favourites",
  "Same seed",
  "New seed",
  "Reuse settings",
  "Add to collection",
  "Compare with",
  "Use as preset cover",
  "Download",
  "Delete",
  "Vary (subtle)",
  "Vary (strong)",
  "Upscale 2×",
  "Upscale 4×",
  "Use as source",
  "Inpaint",
  "Extend",
  "Use as reference",
];

it.each([
  ["card", (job: Job) => <JobCard job={job} />],
  ["row", (job: Job) => <JobRow job={job} />],
])("offers the actions on the image of a %s", async (_, show) => {
  server.gives("/content/7", makeContent({ id: 7 }));
  renderApp(show(makeJob(done(7))));
  await userEvent.hover(screen.getByRole("link", { name: /^Open/ }));
  await userEvent.click(screen.getByRole("button", { name: "Actions for a lighthouse at dusk" }));
  await screen.findByRole("menuitem", { name: "Inpaint" });
  expect(screen.getAllByRole("menuitem").map((item) => item.textContent)).toEqual(ACTIONS);
});

it("offers only the actions of the job when it has no image", async () => {
  renderApp(<JobRow job={makeJob({ status: "failed", error_message: "no memory" })} />);
  await userEvent.hover(screen.getByText("no memory"));
  expect(screen.getByRole("button", { name: /^Actions for/ })).toHaveAccessibleName("Actions for job 1");
});
