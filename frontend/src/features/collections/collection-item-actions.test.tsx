import { screen, waitFor, within } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import { type ContentFilter, galleryQuery } from "@/features/content";
import type { Selection } from "@/features/gallery/use-selection";
import { makeCollection, makeContent } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { page, startServer, url } from "@/testing/server";
import { CollectionItemActions } from "./collection-item-actions";

const server = startServer();
const LIST: ContentFilter = { within: 1, sort: "manual" };
let sent: [string, unknown][] = [];

beforeEach(() => {
  sent = [];
  const done = { items: [{ id: 2, status: "done", reason: null }], counts: {}, next_cursor: null };
  server.use(
    http.post(url("/collections/:id/*"), async ({ request }) => {
      const { pathname } = new URL(request.url);
      sent.push([pathname.replace("/api/v1", ""), await request.json()]);
      return pathname.endsWith("/move") ? new HttpResponse(null, { status: 204 }) : HttpResponse.json(done);
    }),
  );
});

/** Show the actions for item 2 of a collection with the items 1, 2 and 3. */
function show() {
  const selection: Selection = {
    state: { ids: new Set([2]), all: null, anchor: null },
    isEmpty: false,
    count: 1,
    has: (id) => id === 2,
    choose: vi.fn(),
    selectAll: vi.fn(),
    clear: vi.fn(),
  };
  const { client } = renderApp(
    <CollectionItemActions collection={makeCollection()} list={LIST} selection={selection} />,
  );
  const items = [1, 2, 3].map((id) => makeContent({ id }));
  client.setQueryData(galleryQuery(LIST).queryKey, {
    pages: [{ items, next_cursor: null, total: 3, outdated: 0 }],
    pageParams: [null],
  });
}

const choose = async (label: string) =>
  userEvent.click(await screen.findByRole("button", { name: label, hidden: true }));

it("puts removed items back in their places when that is undone", async () => {
  show();
  await choose("Remove from collection");
  await screen.findByText("1 removed from Foxes");
  await choose("Undo");
  await waitFor(() =>
    expect(sent).toEqual([
      ["/collections/1/items/remove", { ids: [2], cursor: null }],
      ["/collections/1/items", { ids: [2], cursor: null }],
      ["/collections/1/items/move", { ids: [2], after: 1 }],
    ]),
  );
});

it("moves items to another collection, and back when that is undone", async () => {
  server.gives("/collections", page([makeCollection(), makeCollection({ id: 5, name: "Owls" })]));
  show();
  await choose("Move to another collection");
  const dialog = await screen.findByRole("dialog", { name: "Move 1 item to" });
  expect(within(dialog).queryByRole("button", { name: /^Foxes/ })).toBeNull();
  await userEvent.click(await within(dialog).findByRole("button", { name: /^Owls/ }));
  await screen.findByText("1 moved to Owls");
  expect(sent.map(([path]) => path)).toEqual(["/collections/5/items", "/collections/1/items/remove"]);
  await choose("Undo");
  await waitFor(() =>
    expect(sent.slice(2).map(([path]) => path)).toEqual([
      "/collections/1/items",
      "/collections/1/items/move",
      "/collections/5/items/remove",
    ]),
  );
});
