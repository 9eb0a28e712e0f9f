import { screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { Collection } from "@/api/types";
import { makeCollection, makeContent, makeMe } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { page, problem, startServer, url } from "@/testing/server";
import { CollectionPage } from "./collection-page";
import { collectionKeys } from "./queries";

const server = startServer();

async function show(changes: Partial<Collection>) {
  const collection = makeCollection({ name: "Foxes", ...changes });
  server.gives("/collections/1", collection);
  server.gives("/collections/1/items", page([makeContent()]));
  const app = renderApp(<CollectionPage />, { path: "/collections/:id", at: "/collections/1" });
  await screen.findByRole("heading", { name: "Foxes" });
  return app;
}

const choose = async (entry: string) => {
  await userEvent.click(screen.getByRole("button", { name: "Actions for Foxes" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: entry }));
};

it("lets a member leave, once it can no longer be undone", async () => {
  const left: string[] = [];
  server.use(
    http.delete(url("/collections/1/members/:user"), ({ params }) => {
      left.push(String(params.user));
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const { router } = await show({ role: "viewer" });
  await choose("Leave");
  expect(router.state.location.pathname).toBe("/collections");
  await screen.findByText("You left Foxes");
  expect(left).toEqual([]);
  await userEvent.keyboard("{Escape}");
  await waitFor(() => expect(left).toEqual([makeMe().id]));
});

it("does not offer to leave a collection inside a shared one", async () => {
  server.gives("/collections/9", makeCollection({ id: 9, name: "Animals", role: "viewer" }));
  await show({ role: "viewer", parent_id: 9 });
  await userEvent.click(screen.getByRole("button", { name: "Actions for Foxes" }));
  await screen.findByRole("menuitem", { name: "Download as zip" });
  expect(screen.queryByRole("menuitem", { name: "Leave" })).toBeNull();
});

it("shows that the collection is gone when it is no longer shared", async () => {
  const { client } = await show({ role: "editor" });
  server.use(http.get(url("/collections/1"), () => problem(404, "no collection 1")));
  await client.invalidateQueries({ queryKey: collectionKeys.all });
  await screen.findByText("This collection does not exist");
  expect(screen.queryByRole("heading", { name: "Foxes" })).toBeNull();
});
