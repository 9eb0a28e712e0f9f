import { screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { renderApp } from "@/testing/render";
import { startServer, url } from "@/testing/server";
import { MyNote } from "./my-note";

const server = startServer();

it("stores the own note on a model once it was changed", async () => {
  const sent: unknown[] = [];
  server.use(
    http.put(url("/models/3/note"), async ({ request }) => {
      const body = (await request.json()) as { text: string };
      sent.push(body);
      return HttpResponse.json({ model_id: 3, text: body.text, updated_at: null });
    }),
  );
  renderApp(<MyNote modelId={3} text="good hands" />);
  expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
  await userEvent.type(screen.getByRole("textbox", { name: "My notes" }), ", CFG 5");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(sent).toEqual([{ text: "good hands, CFG 5" }]));
  expect(await screen.findByText("Note saved")).toBeInTheDocument();
});
