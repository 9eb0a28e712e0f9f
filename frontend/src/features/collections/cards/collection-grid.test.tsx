import { fireEvent, screen, waitFor } from "@testing-library/preact";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { useSelection } from "@/features/gallery/use-selection";
import { useTileEvents } from "@/features/gallery/use-tile-events";
import { makeCollection } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { startServer, url } from "@/testing/server";
import { CollectionGrid } from "./collection-grid";

const server = startServer();
const ITEMS = [{ id: 2, width: 1, height: 1 }];

function Tiles() {
  const { handlers } = useTileEvents(useSelection(ITEMS, {}));
  return (
    <div {...handlers}>
      <div data-tile>
        <a href="/view/2">Item 2</a>
      </div>
    </div>
  );
}

/** What the browser carries from one element to another. */
function makeTransfer() {
  const data = new Map<string, string>();
  return {
    setData: (type: string, value: string) => data.set(type, value),
    getData: (type: string) => data.get(type) ?? "",
    get types() {
      return [...data.keys()];
    },
  };
}

function drag(from: Element, to: Element): void {
  const dataTransfer = makeTransfer();
  fireEvent.dragStart(from, { dataTransfer });
  fireEvent.dragOver(to, { dataTransfer });
  fireEvent.drop(to, { dataTransfer });
}

it("takes items and collections that are dropped on a card, unless it may only be viewed", async () => {
  const sent: [string, unknown][] = [];
  const answer = async ({ request }: { request: Request }) => {
    sent.push([`${request.method} ${new URL(request.url).pathname}`, await request.json()]);
    return HttpResponse.json({ ...makeCollection(), items: [], counts: {}, next_cursor: null });
  };
  server.use(http.post(url("/collections/:id/items"), answer), http.patch(url("/collections/:id"), answer));
  const collections = [
    makeCollection({ id: 5, name: "Owls" }),
    makeCollection({ id: 6, name: "Hens" }),
    makeCollection({ id: 7, name: "Theirs", role: "viewer" }),
  ];
  renderApp(
    <>
      <CollectionGrid collections={collections} />
      <Tiles />
    </>,
  );
  const card = (name: string) => screen.getByRole("link", { name }).closest("li") as Element;
  drag(screen.getByText("Item 2"), card("Theirs"));
  drag(screen.getByText("Item 2"), card("Owls"));
  await waitFor(() =>
    expect(sent).toEqual([["POST /api/v1/collections/5/items", { ids: [2], cursor: null }]]),
  );
  drag(card("Hens"), card("Owls"));
  await waitFor(() => expect(sent.at(-1)).toEqual(["PATCH /api/v1/collections/6", { parent_id: 5 }]));
});
