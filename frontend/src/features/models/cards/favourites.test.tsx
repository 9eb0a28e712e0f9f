import { screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { readStored, writeStored } from "@/lib/storage/stored-state";
import { makeModel } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { page, problem, startServer, url } from "@/testing/server";
import { reviveNames } from "./marked-models";
import { ModelCards } from "./model-cards";

const server = startServer();
const [ASPEN, BIRCH] = ["aspen", "birch"].map((name, place) =>
  makeModel({ id: place + 1, name: `${name}.safetensors`, display_name: name, is_favourite: false }),
);

/** Show both models; returns the marks that the server was sent, as "2 true". */
function show(answer: () => Response): string[] {
  const sent: string[] = [];
  server.gives("/checkpoint-models", page([ASPEN, BIRCH] as object[]));
  server.gives("/models/notes", { items: [] });
  server.gives("/content/model-examples", { items: [] });
  server.use(
    http.put(url("/models/:id/favourite"), async ({ params, request }) => {
      const { is_favourite: isFavourite } = (await request.json()) as { is_favourite: boolean };
      sent.push(`${params.id} ${isFavourite}`);
      return answer();
    }),
  );
  renderApp(<ModelCards />);
  return sent;
}

const star = (name: string) => screen.findByRole("button", { name: `Favourite: ${name}` });
const names = () =>
  screen.getAllByRole("button", { name: /^Favourite/ }).map((one) => one.getAttribute("aria-label"));

it("marks a model, which comes first", async () => {
  const sent = show(() => HttpResponse.json({ model_id: 2, is_favourite: true }));
  await userEvent.click(await star("birch"));
  await waitFor(() => expect(names()).toEqual(["Favourite: birch", "Favourite: aspen"]));
  await waitFor(() => expect(sent).toEqual(["2 true"]));
  expect(await star("birch")).toHaveAttribute("aria-pressed", "true");
});

it("takes a mark back that the server does not store", async () => {
  show(() => problem(503, "the database is not available"));
  await userEvent.click(await star("birch"));
  expect(await screen.findByText("The database is not available.")).toBeInTheDocument();
  await waitFor(async () => expect(await star("birch")).toHaveAttribute("aria-pressed", "false"));
});

it("moves the favourites of this browser to the server, and keeps those that are not listed", async () => {
  writeStored("favourite-models", ["birch.safetensors", "cedar.safetensors"]);
  const sent = show(() => HttpResponse.json({ model_id: 2, is_favourite: true }));
  await waitFor(async () => expect(await star("birch")).toHaveAttribute("aria-pressed", "true"));
  expect(sent).toEqual(["2 true"]);
  await waitFor(() => expect(readStored("favourite-models", reviveNames)).toEqual(["cedar.safetensors"]));
});
