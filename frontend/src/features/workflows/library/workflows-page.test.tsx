import { screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { makeMe } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { page, startServer, url } from "@/testing/server";
import { makeWorkflow } from "@/testing/workflows";
import { WorkflowsPage } from "./workflows-page";

const server = startServer();

it("says which workflows no server can run", async () => {
  server.gives("/workflows", page([makeWorkflow(), makeWorkflow({ id: 2, title: "Film", runs_on: [] })]));
  renderApp(<WorkflowsPage />);
  expect(await screen.findByText("Ready to run")).toBeVisible();
  expect(screen.getByText("No server can run it")).toBeVisible();
  expect(screen.getByRole("status")).toHaveTextContent("2 workflows");
});

it("lets only authors import and see their own", async () => {
  server.gives("/workflows", page([]));
  renderApp(<WorkflowsPage />, { me: makeMe({ role: "user", may_add_workflows: false }) });
  expect(await screen.findByText("No workflows yet")).toBeVisible();
  expect(screen.queryByRole("link", { name: "Import workflow" })).toBeNull();
  expect(screen.queryByRole("link", { name: "Mine" })).toBeNull();
});

it("archives a workflow and offers to undo it", async () => {
  const sent: unknown[] = [];
  server.gives("/workflows", page([makeWorkflow()]));
  server.use(
    http.patch(url("/workflows/1"), async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(makeWorkflow());
    }),
  );
  renderApp(<WorkflowsPage />);
  await userEvent.click(await screen.findByRole("button", { name: "Actions for Portrait" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Archive" }));
  await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
  await waitFor(() =>
    expect(sent).toEqual([{ is_archived: true }, { visibility: "private", is_archived: false }]),
  );
});
