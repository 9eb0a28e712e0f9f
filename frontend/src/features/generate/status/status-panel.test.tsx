import { screen, waitFor, within } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it } from "vitest";
import type { Job } from "@/api/types";
import { done, makeBatch, makeJob } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { startServer, url } from "@/testing/server";
import { StatusPanel } from "./status-panel";

const server = startServer();

beforeEach(() => localStorage.clear());

const failed: Partial<Job> = {
  status: "failed",
  error_code: "execution_failed",
  error_message: "KSampler failed: RuntimeError: mat1 and mat2 shapes cannot be multiplied",
  completed_at: "2026-01-01T00:01:00Z",
};

it("shows every image of 64 jobs in four submissions", async () => {
  const batches = [0, 1, 2, 3].map((number) =>
    makeBatch(
      `b${number}`,
      Array.from({ length: 16 }, (_, index) => {
        const id = number * 16 + index + 1;
        return { id, ...(number < 3 || index < 12 ? done(id) : { queue_position: index - 11 }) };
      }),
    ),
  );
  server.givesFeed(batches.slice(3), batches.slice(0, 3));
  renderApp(<StatusPanel onRestore={() => undefined} />);
  expect(await screen.findByText("12 of 16 done · Next in queue")).toBeInTheDocument();
  expect(screen.getAllByText(/^16 of 16 done/)).toHaveLength(3);
  expect(screen.getAllByRole("link", { name: /^Open:/ })).toHaveLength(60);
});

it("counts cancelled images apart from finished ones", async () => {
  const jobs = Array.from({ length: 8 }, (_, index) => ({
    id: index + 1,
    ...(index < 3 ? done(index + 1) : { status: "cancelled" as const, completed_at: "2026-01-01T00:02:00Z" }),
  }));
  server.givesFeed([], [makeBatch("b", jobs)]);
  renderApp(<StatusPanel onRestore={() => undefined} />);
  expect(await screen.findByText(/^3 of 8 done, 5 cancelled/)).toBeInTheDocument();
  expect(screen.getByText("Cancelled")).toBeInTheDocument();
  expect(screen.queryByText("Done")).not.toBeInTheDocument();
});

it("shows the first submissions of a long queue, and more on request", async () => {
  const waiting = Array.from({ length: 20 }, (_, index) =>
    makeBatch(`b${index}`, [{ id: index + 1, prompt: `fox ${index + 1}.`, queue_position: index + 1 }]),
  );
  server.givesFeed(waiting.toReversed());
  renderApp(<StatusPanel onRestore={() => undefined} />);
  expect(await screen.findByText("Next in queue")).toBeInTheDocument();
  expect(screen.getAllByRole("article")).toHaveLength(6);
  await userEvent.click(screen.getByRole("button", { name: "Show 14 more in the queue" }));
  expect(screen.getAllByRole("article").map((card) => card.getAttribute("aria-label"))).toEqual(
    waiting.map((batch) => batch.prompt),
  );
  expect(screen.getByText("20th in queue")).toBeInTheDocument();
});

it("keeps the cards behind the first one when it has ended", async () => {
  const [first, ...others] = [1, 2, 3, 4].map((id) =>
    makeBatch(`b${id}`, [{ id, prompt: `fox ${id}`, queue_position: id }]),
  );
  if (first === undefined) throw new Error("there is no first batch");
  server.givesFeed([first, ...others].toReversed());
  const { client } = renderApp(<StatusPanel onRestore={() => undefined} />);
  const third = await screen.findByRole("article", { name: "fox 3" });
  const fourth = screen.getByRole("article", { name: "fox 4" });
  server.givesFeed(others.toReversed(), [makeBatch("b1", [{ id: 1, prompt: "fox 1", ...done(1) }])]);
  await client.refetchQueries({ queryKey: ["jobs"] });
  expect(await screen.findByRole("link", { name: "Open: fox 1" })).toBeInTheDocument();
  expect(screen.getByRole("article", { name: "fox 3" })).toBe(third);
  expect(screen.getByRole("article", { name: "fox 4" })).toBe(fourth);
});

it("says a failure once, with the text of ComfyUI behind a button", async () => {
  const batches = [1, 2].map((id) => makeBatch(`b${id}`, [{ id, prompt: `fox ${id}`, ...failed }]));
  server.givesFeed([], batches);
  renderApp(<StatusPanel onRestore={() => undefined} />);
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("fox 1");
  expect(alert).toHaveTextContent("fox 2");
  expect(alert).toHaveTextContent("2 images failed. The ComfyUI server reported an error.");
  expect(screen.queryByText(/mat1 and mat2/)).not.toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Details" }));
  expect(screen.getByText(/mat1 and mat2/)).toBeInTheDocument();
});

it("does not show a dismissed failure again", async () => {
  const batch = makeBatch("b", [{ id: 1, ...failed }]);
  server.givesFeed([], [batch]);
  renderApp(<StatusPanel onRestore={() => undefined} />);
  await userEvent.click(await screen.findByRole("button", { name: "Dismiss" }));
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  expect(JSON.parse(localStorage.getItem("genonaut:dismissed-failures") ?? "")).toEqual([1]);
});

it("retries what failed and then shows the new job instead", async () => {
  server.givesFeed([], [makeBatch("b", [{ id: 1, ...failed }])]);
  server.use(
    http.post(url("/generation-jobs/1/retry"), () => {
      server.givesFeed([makeBatch("c", [{ id: 2 }])], [makeBatch("b", [{ id: 1, ...failed }])]);
      return HttpResponse.json(makeJob({ id: 2, batch_id: "c" }), { status: 201 });
    }),
  );
  renderApp(<StatusPanel onRestore={() => undefined} />);
  await userEvent.click(await screen.findByRole("button", { name: "Retry" }));
  const card = await screen.findByRole("article");
  expect(within(card).getByText("Queued")).toBeInTheDocument();
  await waitFor(() => expect(screen.queryByRole("alert")).not.toBeInTheDocument());
});
