import { screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it, vi } from "vitest";
import { makeCollection } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { page, startServer, url } from "@/testing/server";
import { AddToCollectionDialog } from "./add-dialog";

const server = startServer();

function show(ids: readonly number[]) {
  const collections = [
    makeCollection({}),
    makeCollection({ id: 2, name: "Herons" }),
    makeCollection({ id: 3, name: "Found", is_smart: true }),
    makeCollection({ id: 4, name: "Theirs", role: "viewer" }),
  ];
  server.use(
    http.get(url("/collections"), ({ request }) =>
      HttpResponse.json(
        page(new URL(request.url).searchParams.has("content_id") ? collections.slice(0, 1) : collections),
      ),
    ),
  );
  const sent: [string, unknown][] = [];
  const answer = (path: string) =>
    http.post(url(path), async ({ request, params }) => {
      sent.push([`${path.replace(":id", String(params.id))}`, await request.json()]);
      const items = ids.map((id) => ({ id, status: "done", reason: null }));
      return HttpResponse.json({ items, counts: {}, next_cursor: null });
    });
  server.use(answer("/collections/:id/items"), answer("/collections/:id/items/remove"));
  server.use(
    http.post(url("/collections"), async ({ request }) => {
      const { name } = (await request.json()) as { name: string };
      return HttpResponse.json(makeCollection({ id: 9, name }), { status: 201 });
    }),
  );
  const onClose = vi.fn();
  renderApp(<AddToCollectionDialog open chosen={{ ids }} count={ids.length} onClose={onClose} />);
  return { sent, onClose };
}

it("adds items to a collection that the user may edit, and offers to undo it", async () => {
  const { sent, onClose } = show([5, 6]);
  await userEvent.click(await screen.findByRole("button", { name: /^Herons/ }));
  expect(await screen.findByText("2 added to Herons")).toBeInTheDocument();
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  await userEvent.click(screen.getByRole("button", { name: "Undo", hidden: true }));
  await waitFor(() =>
    expect(sent).toEqual([
      ["/collections/2/items", { ids: [5, 6], cursor: null }],
      ["/collections/2/items/remove", { ids: [5, 6], cursor: null }],
    ]),
  );
  for (const name of [/^Found/, /^Theirs/]) expect(screen.queryByRole("button", { name })).toBeNull();
});

it("shows which collections have the only item, and takes it out of them", async () => {
  const { sent } = show([5]);
  const holding = await screen.findByRole("button", { name: /^Foxes/, pressed: true });
  expect(screen.getByRole("button", { name: /^Herons/ })).toHaveAttribute("aria-pressed", "false");
  await userEvent.click(holding);
  expect(await screen.findByText("Removed from Foxes")).toBeInTheDocument();
  expect(sent).toEqual([["/collections/1/items/remove", { ids: [5], cursor: null }]]);
});

it("creates a collection with the searched name", async () => {
  const { sent } = show([5, 6]);
  await userEvent.type(await screen.findByRole("searchbox"), "Owls");
  await userEvent.click(await screen.findByRole("button", { name: "Create “Owls”" }));
  expect(await screen.findByText("2 added to Owls")).toBeInTheDocument();
  expect(sent).toEqual([["/collections/9/items", { ids: [5, 6], cursor: null }]]);
});
