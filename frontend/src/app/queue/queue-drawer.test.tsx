import { screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { done, makeBatch, makeJob } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { problem, startServer, url } from "@/testing/server";
import { QueueDrawer } from "./queue-drawer";

const server = startServer();
const at = "2026-01-01T00:01:00Z";

it("cancels all open submissions after a question, the last first, and those that have not ended meanwhile", async () => {
  const cancelled: string[] = [];
  server.givesFeed(
    [1, 2, 3].map((id) => makeBatch(`b${id}`, [{ id, prompt: `pier ${id}`, queue_position: id }])),
  );
  server.use(
    http.post(url("/generation-jobs/:id/cancel"), ({ params }) => {
      cancelled.push(String(params.id));
      if (params.id === "2") return problem(409, "the job has ended");
      return HttpResponse.json(makeJob({ id: Number(params.id), status: "cancelled", completed_at: at }));
    }),
  );
  renderApp(<QueueDrawer open onClose={() => undefined} />);
  expect(await screen.findByText("3 open")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Cancel all" }));
  expect(cancelled).toEqual([]);
  await userEvent.click(await screen.findByRole("button", { name: "Cancel them" }));
  await waitFor(() => expect(cancelled).toEqual(["3", "2", "1"]));
  expect(screen.queryByText("The job has ended.")).toBeNull();
});

it("runs the jobs of an ended submission again that made nothing", async () => {
  const retried: string[] = [];
  const failed = {
    status: "failed",
    error_code: "timeout",
    error_message: "too long",
    completed_at: at,
  } as const;
  server.givesFeed(
    [],
    [
      makeBatch(
        "a",
        [
          { id: 1, ...done(5) },
          { id: 2, ...failed },
        ],
        { ended_at: at },
      ),
      makeBatch("b", [{ id: 3, ...done(6) }], { ended_at: at }),
    ],
  );
  server.use(
    http.post(url("/generation-jobs/:id/retry"), ({ params }) => {
      retried.push(String(params.id));
      return HttpResponse.json(makeJob({ id: 9, batch_id: "c" }), { status: 201 });
    }),
  );
  renderApp(<QueueDrawer open onClose={() => undefined} />);
  const buttons = await screen.findAllByRole("button", { name: "Retry" });
  expect(buttons).toHaveLength(1);
  await userEvent.click(screen.getByRole("button", { name: "Retry" }));
  await waitFor(() => expect(retried).toEqual(["2"]));
});
