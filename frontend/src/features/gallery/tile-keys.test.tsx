import { screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it } from "vitest";
import type { Content } from "@/api/types";
import { makeContent } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { page, startServer, url } from "@/testing/server";
import { SelectableTile } from "./selectable-tile";
import { TileKeys } from "./tile-keys";
import { useImages } from "./use-images";
import { useSelection } from "./use-selection";

const server = startServer();
let items: Content[] = [];
let changes: unknown[] = [];

beforeEach(() => {
  localStorage.clear();
  changes = [];
  items = [1, 2].map((id) => makeContent({ id, title: `Image ${id}`, my_rating: null, is_favourite: false }));
  server.gives("/checkpoint-models", page([]));
  server.gives("/tags", { items: [] });
  const change = (id: number, patch: Partial<Content>) => {
    changes.push([id, patch]);
    items = items.map((item) => (item.id === id ? { ...item, ...patch } : item));
    return HttpResponse.json(items.find((item) => item.id === id));
  };
  server.use(
    http.get(url("/content"), () => HttpResponse.json(page(items))),
    http.put(url("/content/:id/rating"), async ({ params, request }) => {
      const { rating } = (await request.json()) as { rating: Content["my_rating"] };
      return change(Number(params.id), { my_rating: rating, rating_average: rating });
    }),
    http.put(url("/content/:id/favourite"), async ({ params, request }) =>
      change(Number(params.id), (await request.json()) as { is_favourite: boolean }),
    ),
    http.delete(url("/content/:id"), ({ params }) => {
      changes.push([Number(params.id), "deleted"]);
      items = items.filter((item) => item.id !== Number(params.id));
      return new HttpResponse(null, { status: 204 });
    }),
  );
});

const FILTER = {};

/** The tiles of a gallery, without the measured grid. */
function Tiles() {
  const images = useImages(FILTER);
  const selection = useSelection(images.items, FILTER);
  const cell = { width: 200, listState: FILTER, selection, isSelectOnly: false };
  return (
    <>
      <TileKeys items={images.items} isOn={selection.isEmpty} deletes />
      {images.items.map((item) => (
        <div key={item.id} data-tile="">
          <SelectableTile item={item as Content} {...cell} />
        </div>
      ))}
      <button type="button" onClick={selection.clear}>
        Clear
      </button>
    </>
  );
}

const tile = (id: number) => screen.findByRole("link", { name: new RegExp(`Image ${id}`) });

it("rates, marks and deletes the image with the focus by keys, and shows its rating", async () => {
  renderApp(<Tiles />);
  (await tile(2)).focus();
  await userEvent.keyboard("4");
  expect(await screen.findByRole("img", { name: "Rated 4 by you" })).toBeInTheDocument();
  await userEvent.keyboard("f");
  await waitFor(() => expect(changes).toHaveLength(2));
  await userEvent.keyboard("0");
  await waitFor(() => expect(screen.queryByRole("img", { name: /^Rated/ })).not.toBeInTheDocument());
  await userEvent.keyboard("{Delete}");
  expect(await screen.findByText("Moved to the trash")).toBeInTheDocument();
  expect(changes).toEqual([
    [2, { my_rating: 4, rating_average: 4 }],
    [2, { is_favourite: true }],
    [2, { my_rating: null, rating_average: null }],
    [2, "deleted"],
  ]);
});

it("leaves single images alone while some are selected", async () => {
  renderApp(<Tiles />);
  await userEvent.click(await screen.findByRole("checkbox", { name: /Image 1/ }));
  (await tile(2)).focus();
  await userEvent.keyboard("4f{Delete}");
  await userEvent.click(screen.getByRole("button", { name: "Clear" }));
  (await tile(2)).focus();
  await userEvent.keyboard("f");
  await waitFor(() => expect(changes).toEqual([[2, { is_favourite: true }]]));
});
