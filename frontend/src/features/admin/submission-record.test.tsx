import { screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { makeBatch } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { startServer, url } from "@/testing/server";
import { SubmissionRecord } from "./submission-record";

const server = startServer();

it("says whose submission it is, and its place in the queue with the estimate", () => {
  const jobs = [{ queue_position: 3, estimated_wait_seconds: 130 }, { queue_position: 4 }];
  renderApp(<SubmissionRecord batch={makeBatch("b", jobs, { username: "ben" })} />);
  const item = screen.getByRole("listitem");
  expect(item).toHaveTextContent("ben · #1 to #2, 2 jobs · sd15 · 3rd in queue, about 2 min");
});

it("moves only what can go up", async () => {
  const moved: string[] = [];
  server.use(
    http.post(url("/generation-batches/b/move-to-top"), ({ request }) => {
      moved.push(request.url);
      return HttpResponse.json(makeBatch("b", [{}]));
    }),
  );
  renderApp(
    <ul>
      <SubmissionRecord batch={makeBatch("a", [{ queue_position: 1, prompt: "first" }])} />
      <SubmissionRecord batch={makeBatch("b", [{ queue_position: 2, prompt: "second" }])} />
      <SubmissionRecord batch={makeBatch("c", [{ status: "running", prompt: "third" }])} />
    </ul>,
  );
  await userEvent.click(screen.getByRole("button", { name: "Move to top" }));
  await expect.poll(() => moved.length).toBe(1);
});
