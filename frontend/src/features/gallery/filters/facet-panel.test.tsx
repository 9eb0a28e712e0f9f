import { screen, waitFor, within } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it } from "vitest";
import { makeContent } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { page, startServer, url } from "@/testing/server";
import { GalleryPage } from "../gallery-page";

const server = startServer();
let queries: URLSearchParams[] = [];

const facet = (counts: Record<string, number>, is_complete = true) => ({
  values: Object.entries(counts).map(([value, count]) => ({ value, count })),
  is_complete,
});

beforeEach(() => {
  queries = [];
  localStorage.clear();
  server.gives("/checkpoint-models", page([]));
  server.gives("/tags", { items: [] });
  server.gives("/saved-searches", { items: [] });
  server.gives("/content/facets", {
    models: facet({ "sdxl_base.safetensors": 5_000, "sd15.safetensors": 12 }, false),
    tags: facet({ fox: 3 }),
    content_types: facet({ image: 4 }),
    months: facet({ "2026-11": 4 }),
    ratings: facet({ "4": 2 }),
    sizes: facet({ medium: 4 }),
  });
  server.use(
    http.get(url("/content"), ({ request }) => {
      queries.push(new URL(request.url).searchParams);
      return HttpResponse.json(page([makeContent()]));
    }),
  );
});

async function open(at = "/gallery") {
  const { router } = renderApp(<GalleryPage />, { path: "/gallery", at });
  await userEvent.click(screen.getByRole("button", { name: "Filters" }));
  const panel = await screen.findByRole("complementary", { name: "Filters" });
  return { router, panel };
}

it("filters by a value of a facet and no longer by a second click", async () => {
  const { router, panel } = await open();
  await userEvent.click(await within(panel).findByRole("button", { name: /medium/i }));
  await waitFor(() => expect(queries.at(-1)?.get("size")).toBe("medium"));
  await userEvent.click(within(panel).getByRole("button", { name: /^fox/ }));
  await waitFor(() => expect(queries.at(-1)?.get("tags")).toBe("fox"));
  await userEvent.click(within(panel).getByRole("button", { name: /november 2026/i }));
  await waitFor(() => expect(queries.at(-1)?.get("created_from")).toBe("2026-11-01T00:00:00Z"));
  expect(router.state.location.search).toContain("size=medium&tags=fox&from=2026-11-01");
  await userEvent.click(within(panel).getByRole("button", { name: /medium/i, pressed: true }));
  await waitFor(() => expect(queries.at(-1)?.has("size")).toBe(false));
});

it("marks counts that are lower bounds", async () => {
  const { panel } = await open();
  expect(await within(panel).findByRole("button", { name: /sdxl.*5,000\+/ })).toBeInTheDocument();
  expect(within(panel).getByRole("button", { name: "fox 3" })).toBeInTheDocument();
});

it("saves the search with an alert", async () => {
  const bodies: unknown[] = [];
  server.use(
    http.post(url("/saved-searches"), async ({ request }) => {
      bodies.push(await request.json());
      return HttpResponse.json({}, { status: 201 });
    }),
  );
  const { panel } = await open("/gallery?search=fox&scope=all");
  await userEvent.click(await within(panel).findByRole("button", { name: "Save this search" }));
  await userEvent.click(await screen.findByRole("switch", { name: /notify me/i }));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(bodies).toHaveLength(1));
  expect(bodies[0]).toEqual({
    name: "fox",
    filter: { scope: "all", search: "fox", favourite: false, tags: [] },
    sort: "newest",
    has_alert: true,
  });
});
