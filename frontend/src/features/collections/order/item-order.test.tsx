import { fireEvent, screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it, vi } from "vitest";
import type { Selection } from "@/features/gallery/toolbar";
import { renderApp } from "@/testing/render";
import { startServer, url } from "@/testing/server";
import { ItemOrder } from "./item-order";

const server = startServer();
const ITEMS = [1, 2, 3].map((id) => ({ id, width: 1, height: 1 }));

function show(selected: readonly number[] = []) {
  const sent: unknown[] = [];
  server.use(
    http.post(url("/collections/4/items/move"), async ({ request }) => {
      sent.push(await request.json());
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const selection: Selection = {
    state: { ids: new Set(selected), all: null, anchor: null },
    isEmpty: selected.length === 0,
    count: selected.length,
    has: (id) => selected.includes(id),
    choose: vi.fn(),
    selectAll: vi.fn(),
    clear: vi.fn(),
  };
  renderApp(
    <>
      <ItemOrder
        collectionId={4}
        list={{ within: 4, sort: "manual" }}
        items={ITEMS}
        selection={selection}
        layout="grid"
      />
      {ITEMS.map(({ id }) => (
        <div key={id} data-tile>
          <a href={`/view/${id}`}>{`Item ${id}`}</a>
        </div>
      ))}
    </>,
  );
  return sent;
}

const tile = (id: number) => screen.getByText(`Item ${id}`);

it("puts a dragged item where it is dropped", async () => {
  const sent = show();
  fireEvent.dragStart(tile(1));
  fireEvent.dragOver(tile(3));
  fireEvent.drop(tile(3));
  await waitFor(() => expect(sent).toEqual([{ ids: [1], after: 3 }]));
  expect(document.querySelector("[data-drop-line]")).toBeNull();
});

it("moves all selected items together, and none onto itself", async () => {
  const sent = show([1, 2]);
  fireEvent.dragStart(tile(2));
  fireEvent.dragOver(tile(1));
  fireEvent.drop(tile(1));
  fireEvent.dragStart(tile(2));
  fireEvent.dragOver(tile(3));
  fireEvent.drop(tile(3));
  await waitFor(() => expect(sent).toEqual([{ ids: [1, 2], after: 3 }]));
});

it("moves the focused item with Shift and an arrow key, and says where it is", async () => {
  const sent = show();
  tile(2).focus();
  await userEvent.keyboard("{Shift>}{ArrowLeft}{/Shift}");
  await waitFor(() => expect(sent).toEqual([{ ids: [2], before: 1 }]));
  expect(screen.getByRole("status")).toHaveTextContent("Moved to place 1");
  await userEvent.keyboard("{ArrowRight}");
  expect(sent).toHaveLength(1);
});
