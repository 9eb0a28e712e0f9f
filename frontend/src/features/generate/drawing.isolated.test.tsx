import { act, fireEvent, screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { options, type VNode } from "preact";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Batch } from "@/api/types";
import type { Feed } from "@/features/jobs/feed";
import { liveRunsOf } from "@/features/jobs/live-runs";
import { jobKeys } from "@/features/jobs/queries";
import { makeBatch, makeModel } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { page, startServer } from "@/testing/server";
import { CreateTab } from "./create-tab";

const server = startServer();
const BATCHES = 8;
const SIZE = 8;

/** Preact calls this before each drawing of a component; its own hooks use it too. */
const hooks = options as { __r?: ((vnode: VNode) => void) | undefined };
const original = hooks.__r;
let drawn: string[] = [];

beforeEach(() => {
  localStorage.clear();
  server.givesFeed(
    Array.from({ length: BATCHES }, (_batch, number) =>
      makeBatch(
        `batch-${number}`,
        Array.from({ length: SIZE }, (_job, place) => ({
          id: 1 + number * SIZE + place,
          status: "running",
          attempt: 1,
          prompt: `owl ${number}`,
        })),
      ),
    ),
  );
  server.gives("/checkpoint-models", page([makeModel()]));
  server.gives("/lora-models", page([makeModel({ kind: "lora", name: "ink.safetensors" })]));
  server.gives("/sampling-options", { samplers: ["euler"], schedulers: ["normal"] });
  server.gives("/models", page([]));
});
afterEach(() => {
  hooks.__r = original;
});

/** Show 64 running jobs, then record the names of all components that are drawn. */
async function showRunningJobs() {
  const { client } = renderApp(<CreateTab />);
  await screen.findByRole("article", { name: "owl 5" });
  await waitFor(() => expect(document.querySelector(".MuiAutocomplete-root")).not.toBeNull());
  await waitFor(() => expect(client.isFetching()).toBe(0));
  drawn = [];
  hooks.__r = (vnode) => {
    if (typeof vnode.type === "function") drawn.push(vnode.type.displayName ?? vnode.type.name);
    original?.(vnode);
  };
  return client;
}

it("draws only the field that is typed into, once for each key", async () => {
  await showRunningJobs();
  const field = screen.getByRole("textbox", { name: "Prompt" });
  await userEvent.click(field);
  await userEvent.keyboard("a");
  drawn = [];
  // In one turn: what "a" has started, such as suggestions, must not be drawn in between.
  act(() => {
    fireEvent.keyDown(field, { key: "x" });
    fireEvent.input(field, { target: { value: "ax" } });
    fireEvent.keyUp(field, { key: "x" });
  });
  expect(field).toHaveValue("ax");
  expect(drawn.filter((name) => name === "PromptField")).toHaveLength(1);
  const others = /^(CreateTab|GenerateForm|StatusPanel|SubmissionCard|SubmissionHead|FormButtons)$|Field$/;
  expect(drawn.filter((name) => others.test(name) && name !== "PromptField" && name !== "TextField")).toEqual(
    [],
  );
  expect(drawn.length).toBeLessThan(40);
});

it("draws for the progress of one job only its bars, its preview and its text", async () => {
  const client = await showRunningJobs();
  const run = { attempt: 1, progress: 50, node: "KSampler", step: 10, steps: 20 };
  act(() => liveRunsOf(client).update(3, () => ({ ...run, preview: "data:image/png;base64,AAAA" })));
  await screen.findByRole("img", { name: "Live preview" });
  drawn = [];
  act(() =>
    liveRunsOf(client).update(3, (before) => ({ ...run, progress: 60, preview: before?.preview ?? null })),
  );
  await waitFor(() => expect(drawn).toContain("RunText"));
  expect(new Set(drawn)).toEqual(new Set(["RunText", "Bar", "ProgressBar", "BatchImageProgress", "Newest"]));
  expect(drawn.length).toBeLessThanOrEqual(6);
});

it("draws no image of a submission again when only its places in the queue change", async () => {
  const client = await showRunningJobs();
  const changed = (batch: Batch): Batch => ({
    ...batch,
    jobs: batch.jobs.map((job, place) => (place === 0 ? { ...job, estimated_wait_seconds: 5 } : job)),
  });
  act(() => {
    client.setQueryData<Feed>(
      jobKeys.feed,
      (feed) => feed && { ...feed, batches: feed.batches.map(changed) },
    );
  });
  await waitFor(() => expect(drawn).toContain("SubmissionCard"));
  // One slot for each of the six submissions that are shown; the other seven of each are as before.
  expect(drawn.filter((name) => name === "ImageSlot").length).toBeLessThanOrEqual(6);
  expect(drawn).not.toContain("Slot");
  expect(drawn).not.toContain("PromptField");
});
