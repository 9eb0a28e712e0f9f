import { screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it, vi } from "vitest";
import { makeContent } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { page, startServer, url } from "@/testing/server";
import { MoveItemsDialog } from "./move-items-dialog";

const server = startServer();

it("moves items after the chosen one, in the order of the collection", async () => {
  const sent: unknown[] = [];
  const items = ["a fox", "an owl", "a hen", "a cat"].map((title, place) =>
    makeContent({ id: place + 1, title }),
  );
  server.gives("/collections/4/items", page(items));
  server.use(
    http.post(url("/collections/4/items/move"), async ({ request }) => {
      sent.push(await request.json());
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const onMoved = vi.fn();
  const list = { within: 4, sort: "manual" } as const;
  renderApp(
    <MoveItemsDialog open collectionId={4} list={list} ids={[3, 1]} onClose={vi.fn()} onMoved={onMoved} />,
  );
  expect(await screen.findByRole("button", { name: "Before an owl" })).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Before a hen" })).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "After" }));
  await userEvent.click(screen.getByRole("button", { name: "After a cat" }));
  await waitFor(() => expect(sent).toEqual([{ ids: [1, 3], after: 4 }]));
  expect(onMoved).toHaveBeenCalledOnce();
});
