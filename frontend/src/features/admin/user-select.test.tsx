import { screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it, vi } from "vitest";
import { renderApp } from "@/testing/render";
import { page, startServer, url } from "@/testing/server";
import { UserSelect } from "./user-select";

const server = startServer();
const userOf = (number: number) => ({ id: `id-${number}`, username: `user-${number}` });
const ALL = Array.from({ length: 500 }, (_, index) => userOf(index));

/** Serve 500 users; the API returns the first that match. */
function serveUsers(): void {
  server.use(
    http.get(url("/users"), ({ request }) => {
      const { searchParams } = new URL(request.url);
      const search = searchParams.get("search") ?? "";
      const found = ALL.filter(({ username }) => username.includes(search));
      return HttpResponse.json(page(found.slice(0, Number(searchParams.get("limit")))));
    }),
    http.get(url("/users/:id"), ({ params }) =>
      HttpResponse.json(ALL.find(({ id }) => id === params.id) ?? {}),
    ),
  );
}

it("finds users beyond the first page of the list", async () => {
  serveUsers();
  const onChange = vi.fn();
  renderApp(<UserSelect label="User" placeholder="Any" value="" onChange={onChange} />);
  await screen.findByRole("button", { name: "Open" });
  await userEvent.type(screen.getByRole("combobox", { name: "User" }), "user-47");
  await userEvent.click(await screen.findByRole("option", { name: "user-473" }));
  expect(onChange).toHaveBeenCalledWith("id-473");
});

it("shows the name of a user whom the first page of the list does not have", async () => {
  serveUsers();
  renderApp(<UserSelect label="User" placeholder="Any" value="id-473" onChange={() => undefined} />);
  await waitFor(() => expect(screen.getByRole("combobox", { name: "User" })).toHaveValue("user-473"));
});
