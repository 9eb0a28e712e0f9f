import { screen, waitFor, within } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { makeMe } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { problem, startServer, url } from "@/testing/server";
import { makeField, makeWorkflow } from "@/testing/workflows";
import { WorkflowImportPage } from "./import-page";

const server = startServer();
const GRAPH = { 3: { class_type: "KSampler", inputs: { steps: 20 }, _meta: { title: "Sampler" } } };
const analysis = (changes: object = {}) => ({
  format: "api",
  graph: GRAPH,
  ui: null,
  form: [
    makeField(),
    makeField({ key: "steps", label: "Steps", type: "integer", node_id: "3", input: "steps" }),
  ],
  other_fields: [makeField({ key: "cfg", label: "Cfg", type: "number", node_id: "3", input: "cfg" })],
  outputs: [{ node_id: "9", class_type: "SaveImage", title: "Save", kind: "image", is_chosen: false }],
  requirements: { nodes: ["KSampler"], models: [] },
  problems: [],
  backends: [
    { name: "small", can_run: false, missing_nodes: ["KSampler"], missing_models: ["x.safetensors"] },
  ],
  ...changes,
});
const analyses = (answer: object) =>
  server.use(http.post(url("/workflows/analyze"), () => HttpResponse.json(answer)));

const choose = async (name = "my_portrait.json") =>
  userEvent.upload(
    await screen.findByLabelText("Workflow file", { selector: "input" }),
    new File(["{}"], name),
  );

it("shows what is missing on which server, and saves the arranged form", async () => {
  const sent: Record<string, unknown>[] = [];
  analyses(analysis());
  server.use(
    http.post(url("/workflows"), async ({ request }) => {
      sent.push((await request.json()) as Record<string, unknown>);
      return HttpResponse.json({ workflow: makeWorkflow(), version: {} }, { status: 201 });
    }),
  );
  renderApp(<WorkflowImportPage />);
  await choose();
  expect(await screen.findByText(/Missing nodes: KSampler/)).toHaveTextContent(
    "Missing models: x.safetensors",
  );
  expect(screen.getByRole("textbox", { name: /Title/ })).toHaveValue("My portrait");
  screen.getByRole("button", { name: "Move Steps" }).focus();
  await userEvent.keyboard("{ArrowUp}");
  await userEvent.click(screen.getByRole("button", { name: "Hide Prompt" }));
  await userEvent.click(screen.getByRole("button", { name: "Save workflow" }));
  await waitFor(() => expect(sent).toHaveLength(1));
  const form = sent[0]?.form as { key: string; is_hidden: boolean }[];
  expect(form.map(({ key, is_hidden }) => [key, is_hidden])).toEqual([
    ["steps", false],
    ["prompt", true],
  ]);
});

it("names problems by their nodes and does not offer to save", async () => {
  analyses(analysis({ problems: [{ node_id: "7", class_type: "LoadLatent", message: "is denied" }] }));
  renderApp(<WorkflowImportPage />);
  await choose();
  expect(await screen.findByText("Node 7 (LoadLatent):")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Save workflow" })).toBeNull();
});

it("keeps the arranged form when saving fails, and shows the error at its field", async () => {
  analyses(analysis());
  server.use(
    http.post(url("/workflows"), () =>
      problem(422, "invalid", [{ field: "form[1].max", message: "The node accepts 100 or less." }]),
    ),
  );
  renderApp(<WorkflowImportPage />);
  await choose();
  await userEvent.click(await screen.findByRole("button", { name: "Settings of Steps" }));
  await userEvent.type(screen.getByRole("textbox", { name: "At most" }), "900");
  await userEvent.click(screen.getByRole("button", { name: "Save workflow" }));
  expect(await screen.findByText("The node accepts 100 or less.")).toBeVisible();
  expect(screen.getByRole("textbox", { name: "At most" })).toHaveValue("900");
});

it("adds a field for an input that the form lacks", async () => {
  analyses(analysis());
  renderApp(<WorkflowImportPage />);
  await choose();
  await userEvent.click(await screen.findByRole("button", { name: "Add field" }));
  await userEvent.click(await screen.findByRole("button", { name: /Cfg.*cfg of Sampler/ }));
  const fields = await screen.findByRole("list", { name: "Fields" });
  expect(within(fields).getByRole("button", { name: "Move Cfg" })).toBeVisible();
});

it("reads pasted JSON and says what is wrong with it", async () => {
  renderApp(<WorkflowImportPage />);
  const text = await screen.findByRole("textbox", { name: "Or paste JSON" });
  await userEvent.type(text, "[[1]");
  await userEvent.click(screen.getByRole("button", { name: "Read JSON" }));
  expect(await screen.findByText(/a workflow is an object/i)).toBeVisible();
  expect(text).toHaveValue("[1]");
});

it("analyses the image that the address names", async () => {
  analyses(analysis());
  renderApp(<WorkflowImportPage />, { at: "/workflows/import?content=12" });
  expect(await screen.findByText("This workflow can be imported")).toBeVisible();
});

it("is closed to users who are no authors", async () => {
  renderApp(<WorkflowImportPage />, { me: makeMe({ role: "user", may_add_workflows: false }) });
  expect(await screen.findByText("You cannot change workflows")).toBeVisible();
});
