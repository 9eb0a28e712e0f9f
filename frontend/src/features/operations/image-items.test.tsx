import MenuList from "@mui/material/MenuList";
import { screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it, vi } from "vitest";
import type { Content } from "@/api/types";
import { makeContent } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { startServer, url } from "@/testing/server";
import { ImageItems } from "./image-items";

const server = startServer();

function show(changes: Partial<Content> = {}) {
  server.gives("/content/1", makeContent({ metadata: { seed: 7 }, job_id: null, ...changes }));
  const [onDone, onDialog] = [vi.fn(), vi.fn()];
  renderApp(
    <MenuList>
      <ImageItems contentId={1} onDone={onDone} onDialog={onDialog} />
    </MenuList>,
  );
  return { onDone, onDialog };
}

const entry = (name: string) => screen.findByRole("menuitem", { name });
const isEnabled = async (name: string) =>
  waitFor(async () => expect(await entry(name)).not.toHaveAttribute("aria-disabled"));

it("offers everything for an own image", async () => {
  const { onDialog } = show();
  await isEnabled("Same seed");
  for (const name of ["New seed", "Download", "Delete", "Upscale 2×", "Inpaint"])
    expect(await entry(name)).toBeInTheDocument();
  expect(await entry("Reuse settings")).toHaveAttribute("href", "/generate?content=1");
  expect(screen.getAllByRole("menuitemradio")).toHaveLength(5);
  await userEvent.click(await entry("Add to collection"));
  await userEvent.click(await entry("Compare with"));
  await userEvent.click(await entry("Use as preset cover"));
  expect(onDialog.mock.calls).toEqual([["collect"], ["compare"], ["cover"]]);
});

it("leaves out what does not fit: others' images are not deleted, videos not upscaled", async () => {
  show({ is_mine: false, content_type: "video", workflow_id: 4, job_id: 9 });
  expect(await entry("Run again with changes")).toHaveAttribute("href", "/workflows/4");
  await waitFor(() => expect(screen.queryByRole("menuitem", { name: "Delete" })).toBeNull());
  for (const name of ["Upscale 2×", "Compare with"])
    expect(screen.queryByRole("menuitem", { name })).toBeNull();
  expect(await entry("Same seed")).toHaveAttribute("aria-disabled", "true");
});

it("marks a favourite, and rates by stars", async () => {
  const sent: unknown[] = [];
  const answer = (path: string, changes: Partial<Content>) =>
    http.put(url(path), async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(makeContent({ is_favourite: true, ...changes }));
    });
  server.use(answer("/content/1/favourite", {}), answer("/content/1/rating", { my_rating: 3 }));
  show();
  await isEnabled("Add to favourites");
  await userEvent.click(await entry("Add to favourites"));
  expect(await entry("Remove from favourites")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("menuitemradio", { name: "Rate 3 stars" }));
  await waitFor(() => expect(sent).toEqual([{ is_favourite: true }, { rating: 3 }]));
});

it("makes an image without a job again from its recorded settings", async () => {
  const sent: { params: { seed: number | null }; width: number }[] = [];
  server.use(
    http.post(url("/generation-jobs"), async ({ request }) => {
      sent.push((await request.json()) as (typeof sent)[number]);
      return HttpResponse.json({}, { status: 503 });
    }),
  );
  show();
  await isEnabled("Same seed");
  await userEvent.click(await entry("Same seed"));
  await userEvent.click(await entry("New seed"));
  await waitFor(() => expect(sent.map(({ params }) => params.seed)).toEqual([7, null]));
  expect(sent[0]?.width).toBe(512);
});
