import { screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it } from "vitest";
import { makeContent } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { page, startServer, url } from "@/testing/server";
import { makeWorkflow } from "@/testing/workflows";
import { GalleryPage } from "./gallery-page";

const server = startServer();
let queries: URLSearchParams[] = [];

beforeEach(() => {
  queries = [];
  localStorage.clear();
  server.gives("/checkpoint-models", page([]));
  server.gives("/tags", { items: [] });
  server.use(
    http.get(url("/content"), ({ request }) => {
      queries.push(new URL(request.url).searchParams);
      return HttpResponse.json(page([makeContent()]));
    }),
  );
});

const show = (at = "/gallery") => renderApp(<GalleryPage />, { path: "/gallery", at });
const pressed = (name: string) => screen.getByRole("button", { name, pressed: true });

async function choose(label: string, option: string): Promise<void> {
  await userEvent.selectOptions(screen.getByRole("combobox", { name: label }), option);
}

it("filters by type and keeps the type in the URL", async () => {
  const { router } = show();
  await choose("Type", "Image");
  await waitFor(() => expect(queries.at(-1)?.get("content_type")).toBe("image"));
  expect(router.state.location.search).toBe("?type=image");
  await choose("Type", "Any type");
  await waitFor(() => expect(router.state.location.search).toBe(""));
});

it("ignores an unknown type", async () => {
  show("/gallery?type=sculpture");
  await waitFor(() => expect(queries).toHaveLength(1));
  expect(queries[0]?.has("content_type")).toBe(false);
});

it("filters by creation date", async () => {
  const { router } = show();
  await choose("Date", "Last 7 days");
  await waitFor(() => expect(queries.at(-1)?.has("created_from")).toBe(true));
  const from = Date.parse(queries.at(-1)?.get("created_from") ?? "");
  const hours = (Date.now() - from) / 3_600_000;
  expect(hours).toBeGreaterThanOrEqual(7 * 24);
  expect(hours).toBeLessThan(7 * 24 + 2);
  expect(router.state.location.search).toBe("?since=7");
});

it("keeps the layout in the URL and restores it on the next visit", async () => {
  const { router } = show();
  expect(pressed("Grid")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "List" }));
  expect(pressed("List")).toBeInTheDocument();
  expect(router.state.location.search).toBe("?view=list");
  await router.navigate("/gallery");
  expect(pressed("List")).toBeInTheDocument();
  await router.navigate("/gallery?view=grid");
  await waitFor(() => expect(pressed("Grid")).toBeInTheDocument());
});

it("filters by a workflow, whose title is shown and can be removed", async () => {
  server.gives("/workflows/7", makeWorkflow({ id: 7, title: "Slow zoom" }));
  const { router } = show("/gallery?workflow=7");
  await waitFor(() => expect(queries.at(-1)?.get("workflow_id")).toBe("7"));
  await userEvent.click(
    await screen.findByRole("button", { name: "Workflow: Slow zoom, remove this filter" }),
  );
  await waitFor(() => expect(queries.at(-1)?.has("workflow_id")).toBe(false));
  expect(router.state.location.search).toBe("");
});
