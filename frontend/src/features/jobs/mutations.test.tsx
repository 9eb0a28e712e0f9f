import { screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { delay, HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { Job, JobSubmit } from "@/api/types";
import { makeBatch, makeJob } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { problem, startServer, url } from "@/testing/server";
import { useCancelJobs, useSubmitJob } from "./mutations";
import { useFeed } from "./use-feed";

const server = startServer();

function Probe() {
  const feed = useFeed();
  const cancel = useCancelJobs();
  const jobs = feed.submissions.flatMap((submission) => submission.jobs);
  return (
    <>
      {jobs.map((job) => (
        <p key={job.id}>
          {job.id} {job.status} {job.cancel_requested_at === null ? "" : "stopping"}
        </p>
      ))}
      <button type="button" onClick={() => cancel.mutate(jobs)}>
        cancel
      </button>
    </>
  );
}

function Submitter() {
  const { mutate } = useSubmitJob();
  const body = {
    prompt: "a fox",
    negative_prompt: "",
    job_type: "text-to-image",
    batch_size: 1,
    dynamic_prompt: false,
  };
  return (
    <button type="button" onClick={() => mutate({ body: body as JobSubmit, key: "k" })}>
      submit
    </button>
  );
}

function serveFeed(...jobs: Job[]) {
  server.givesFeed([makeBatch("b", jobs)]);
}

it("shows a waiting job as cancelled at once", async () => {
  const job = makeJob();
  serveFeed(job);
  server.use(
    http.post(url("/generation-jobs/1/cancel"), async () => {
      await delay(200);
      return HttpResponse.json({ ...job, status: "cancelled", seq: 2 });
    }),
  );
  renderApp(<Probe />);
  await screen.findByText("1 queued");
  await userEvent.click(screen.getByText("cancel"));
  expect(screen.getByText("1 cancelled")).toBeInTheDocument();
});

it("shows a running job as stopping, because its worker decides", async () => {
  const job = makeJob({ status: "running", attempt: 1 });
  serveFeed(job);
  server.use(http.post(url("/generation-jobs/1/cancel"), () => delay("infinite")));
  renderApp(<Probe />);
  await screen.findByText("1 running");
  await userEvent.click(screen.getByText("cancel"));
  expect(screen.getByText("1 running stopping")).toBeInTheDocument();
});

it("undoes the change when the request fails", async () => {
  serveFeed(makeJob());
  server.use(http.post(url("/generation-jobs/1/cancel"), () => problem(409, "job 1 is already completed")));
  renderApp(<Probe />);
  await screen.findByText("1 queued");
  await userEvent.click(screen.getByText("cancel"));
  await waitFor(() => expect(screen.getByText("1 queued")).toBeInTheDocument());
});

it("cancels the rest of a batch with one request", async () => {
  const jobs = [1, 2].map((id) => makeJob({ id, batch_id: "b" }));
  serveFeed(...jobs);
  let body: unknown;
  server.use(
    http.post(url("/generation-jobs/cancel"), async ({ request }) => {
      body = await request.json();
      return HttpResponse.json(jobs.map((job) => ({ ...job, status: "cancelled", seq: 9 })));
    }),
  );
  renderApp(<Probe />);
  await screen.findByText("1 queued");
  await userEvent.click(screen.getByText("cancel"));
  await waitFor(() => expect(body).toEqual({ batch_id: "b" }));
});

it("shows a submission that was made while the feed was loaded for the first time", async () => {
  const stored: Job[] = [];
  let requests = 0;
  server.use(
    http.get(url("/generation-batches"), async ({ request }) => {
      const isOpen = new URL(request.url).searchParams.get("open") === "true";
      const items = isOpen && stored.length > 0 ? [makeBatch("b", stored)] : [];
      if (isOpen) requests += 1;
      // The answer to the first request is older than the submission, and arrives after it.
      if (isOpen && requests === 1) await delay(600);
      return HttpResponse.json({ items, next_cursor: null, total: null });
    }),
    http.post(url("/generation-jobs"), () => {
      const job = makeJob({ id: 5 });
      stored.push(job);
      return HttpResponse.json(job, { status: 201 });
    }),
  );
  renderApp(
    <>
      <Submitter />
      <Probe />
    </>,
  );
  await waitFor(() => expect(requests).toBe(1));
  await userEvent.click(screen.getByText("submit"));
  expect(await screen.findByText("5 queued", undefined, { timeout: 10_000 })).toBeInTheDocument();
});
