import { screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it } from "vitest";
import type { WorkflowVersion } from "@/api/types";
import { makeJob } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { page, problem, startServer, url } from "@/testing/server";
import { makeField, makeVersion, makeWorkflow } from "@/testing/workflows";
import { RunPage } from "./run-page";

const server = startServer();
const FORM = [
  makeField({ key: "prompt", label: "Prompt", default: "a cat", required: true, is_multiline: true }),
  makeField({ key: "seed", label: "Seed", type: "seed" }),
  makeField({ key: "size", label: "Width", type: "integer", default: 512, min: 64, max: 100_000 }),
  makeField({ key: "sampler", label: "Sampler", type: "choice", default: "euler", is_advanced: true }),
];
const SCHEMA = { properties: { sampler: { enum: ["euler", "dpmpp_2m"] } } };
let sent: { body: unknown; key: string | null }[] = [];

beforeEach(() => {
  localStorage.clear();
  sent = [];
  server.givesFeed([]);
  server.gives("/content", page([]));
});

function show(version: Partial<WorkflowVersion> = {}, at = "/workflows/7"): void {
  server.gives("/workflows/7", makeWorkflow({ id: 7 }));
  server.gives("/workflows/7/versions/1", makeVersion(FORM, version));
  server.gives("/workflows/7/schema", SCHEMA);
  renderApp(<RunPage />, { path: "/workflows/:id", at });
}

function accepts(
  answer: () => Response = () => HttpResponse.json(makeJob({ id: 5 }), { status: 201 }),
): void {
  server.use(
    http.post(url("/workflows/7/jobs"), async ({ request }) => {
      sent.push({ body: await request.json(), key: request.headers.get("Idempotency-Key") });
      return answer();
    }),
  );
}

const run = () => userEvent.click(screen.getByRole("button", { name: "Run" }));
const prompt = () => screen.findByRole("textbox", { name: /^Prompt/ });

it("runs the shown version with the changed inputs, a random seed and an idempotency key", async () => {
  accepts();
  show();
  await userEvent.clear(await prompt());
  await userEvent.type(await prompt(), "a fox");
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Sampler", hidden: true }), "dpmpp_2m");
  await run();
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.body).toEqual({
    inputs: { prompt: "a fox", size: 512, sampler: "dpmpp_2m" },
    version: 1,
    batch_size: 1,
  });
  expect(sent[0]?.key).toMatch(/.{8}/);
});

it("shows the errors of the API at their fields", async () => {
  accepts(() => problem(422, "Invalid", [{ field: "inputs.size", message: "must be 64 or more" }]));
  show();
  const width = await screen.findByRole("textbox", { name: "Width" });
  await userEvent.clear(width);
  await userEvent.type(width, "3");
  await run();
  expect(await screen.findByText("Must be 64 or more.")).toBeVisible();
  expect(sent[0]?.body).toMatchObject({ inputs: { size: 3 } });
});

it("remembers the values of each workflow, and resets them with an undo", async () => {
  show();
  await userEvent.clear(await prompt());
  await userEvent.type(await prompt(), "a fox");
  await waitFor(() =>
    expect(JSON.parse(localStorage.getItem("genonaut:workflow-7") ?? "{}")).toMatchObject({
      prompt: "a fox",
    }),
  );
  await userEvent.click(screen.getByRole("button", { name: "Reset to defaults" }));
  expect(await prompt()).toHaveValue("a cat");
  await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
  expect(await prompt()).toHaveValue("a fox");
});

it("fills in the inputs of an earlier job, seed included", async () => {
  accepts();
  server.gives("/generation-jobs/9", makeJob({ id: 9, inputs: { prompt: "a raft", seed: 11, size: 640 } }));
  show({}, "/workflows/7?version=1&job=9");
  await waitFor(async () => expect(await prompt()).toHaveValue("a raft"));
  expect(screen.getByRole("textbox", { name: "Seed" })).toHaveValue("11");
  await run();
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.body).toMatchObject({
    inputs: { prompt: "a raft", seed: 11, size: 640, sampler: "euler" },
  });
});

it("says what the servers lack", async () => {
  const lacking = {
    name: "gpu1",
    can_run: false,
    missing_nodes: ["FaceDetailer"],
    missing_models: ["a.safetensors"],
  };
  show({ backends: [lacking] });
  expect(
    await screen.findByText("gpu1 lacks the node FaceDetailer and the model a.safetensors."),
  ).toBeVisible();
});

it("says that a workflow does not exist", async () => {
  server.use(http.get(url("/workflows/7"), () => problem(404, "there is no workflow 7")));
  renderApp(<RunPage />, { path: "/workflows/:id", at: "/workflows/7" });
  expect(await screen.findByText("This workflow does not exist")).toBeVisible();
});
