import { screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it, vi } from "vitest";
import { renderApp } from "@/testing/render";
import { page, startServer, url } from "@/testing/server";
import { CommandPalette } from "./command-palette";

const server = startServer();

it("finds collections by their names and opens them", async () => {
  for (const path of ["/checkpoint-models", "/presets", "/prompts", "/content", "/saved-searches"])
    server.gives(path, page([]));
  const searches: (string | null)[] = [];
  server.use(
    http.get(url("/collections"), ({ request }) => {
      searches.push(new URL(request.url).searchParams.get("search"));
      return HttpResponse.json(page([{ id: 12, name: "Best of week" }]));
    }),
  );
  const close = vi.fn();
  const { router } = renderApp(<CommandPalette open onClose={close} onOpenQueue={() => undefined} />, {
    path: "/",
    at: "/",
  });
  await userEvent.type(await screen.findByRole("combobox"), "of week");
  await userEvent.click(await screen.findByRole("option", { name: /Best of week/ }));
  expect(searches).toContain("of week");
  expect(router.state.location.pathname).toBe("/collections/12");
});
