import { screen, waitFor, within } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { JobSubmit } from "@/api/types";
import { renderApp } from "@/testing/render";
import { startServer, url } from "@/testing/server";
import { GridDialog } from "./grid-dialog";

const server = startServer();

it("chooses offered values, exchanges axes, and names the LoRA that is varied", async () => {
  const sent: Record<string, unknown>[] = [];
  server.use(
    http.get(url("/sampling-options"), () =>
      HttpResponse.json({ samplers: ["euler", "ddim"], schedulers: ["normal"], default_checkpoint: null }),
    ),
    http.post(url("/grids"), async ({ request }) => {
      sent.push((await request.json()) as Record<string, unknown>);
      return HttpResponse.json({ type: "about:blank", title: "no", status: 409 }, { status: 409 });
    }),
  );
  const form = { prompt: "a fox", lora_models: [{ name: "a" }, { name: "b" }] } as JobSubmit;
  renderApp(<GridDialog open onClose={() => undefined} requestOf={() => form} from={null} />);
  const dialog = within(await screen.findByRole("dialog"));
  const user = userEvent.setup();
  expect(dialog.queryByRole("button", { name: /^Swap/ })).toBeNull();
  await user.selectOptions(dialog.getByLabelText("X parameter"), "sampler_name");
  await user.click(await dialog.findByRole("button", { name: "All" }));
  expect(dialog.getByLabelText("X values")).toHaveValue("euler, ddim");
  await user.selectOptions(dialog.getByLabelText("Z parameter"), "lora_strength");
  await user.selectOptions(dialog.getByLabelText("Z acts on"), "b");
  await user.type(dialog.getByLabelText("Z values"), "0.1..0.3");
  expect(dialog.getByRole("status")).toHaveTextContent("2 × 3 = 6 images");
  await user.click(dialog.getByRole("button", { name: "Swap Y and Z" }));
  await user.click(dialog.getByRole("button", { name: "Swap X and Y" }));
  await user.click(dialog.getByRole("button", { name: "Generate 6" }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toMatchObject({
    x: { parameter: "lora_strength", values: "0.1..0.3", target: "b" },
    y: { parameter: "sampler_name", values: "euler, ddim", target: null },
    z: null,
  });
});

it("fills the prompts with all that the choices of the form's prompt can draw", async () => {
  const asked: unknown[] = [];
  server.use(
    http.get(url("/sampling-options"), () =>
      HttpResponse.json({ samplers: [], schedulers: [], default_checkpoint: null }),
    ),
    http.post(url("/wildcards/preview"), async ({ request }) => {
      asked.push(await request.json());
      return HttpResponse.json({
        items: [],
        combinations: { items: ["a red fox, asleep", "a blue fox, asleep"], is_complete: true },
      });
    }),
  );
  const prompt = "a {red|blue} fox, asleep";
  const form = { prompt } as JobSubmit;
  renderApp(<GridDialog open onClose={() => undefined} requestOf={() => form} from={null} />);
  const dialog = within(await screen.findByRole("dialog"));
  const user = userEvent.setup();
  await user.selectOptions(dialog.getByLabelText("X parameter"), "prompt");
  await user.click(dialog.getByRole("button", { name: "All combinations of the prompt" }));
  await waitFor(() => expect(dialog.getByRole("status")).toHaveTextContent("2 ×"));
  expect(asked).toMatchObject([{ prompt, combinations: 1000 }]);
  expect(dialog.getByLabelText("X values")).toHaveValue('"a red fox, asleep", "a blue fox, asleep"');
});

it("shows the axes of a grid as they were typed, and which values are not available any more", async () => {
  const sent: Record<string, unknown>[] = [];
  const grid = {
    id: 7,
    title: "Cats",
    seeds: "increment",
    axes: [
      { name: "x", parameter: "sampler_name", target: null, values: ["euler", "gone"], text: null },
      { name: "z", parameter: "cfg", target: null, values: [3, 5], text: "3-5 (+2)" },
    ],
  };
  server.use(
    http.get(url("/grids/7"), () => HttpResponse.json(grid)),
    http.get(url("/sampling-options"), () =>
      HttpResponse.json({ samplers: ["euler", "ddim"], schedulers: [], default_checkpoint: null }),
    ),
    http.post(url("/grids"), async ({ request }) => {
      sent.push((await request.json()) as Record<string, unknown>);
      const errors = [{ field: "request.source.image", message: "there is no image 3" }];
      return HttpResponse.json({ type: "about:blank", title: "no", status: 422, errors }, { status: 422 });
    }),
  );
  const form = { prompt: "a cat" } as JobSubmit;
  renderApp(<GridDialog open onClose={() => undefined} requestOf={() => form} from={7} />);
  const dialog = within(await screen.findByRole("dialog"));
  const user = userEvent.setup();
  expect(dialog.getByLabelText("X values")).toHaveValue("euler, gone");
  expect(dialog.getByLabelText("Z values")).toHaveValue("3-5 (+2)");
  expect(dialog.getByLabelText("Title")).toHaveValue("Cats");
  const missing = await dialog.findByRole("button", { name: "Remove gone, which is not available" });
  await user.click(missing);
  await user.click(dialog.getByRole("button", { name: "ddim" }));
  await user.click(dialog.getByRole("button", { name: "Generate 4" }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toMatchObject({
    x: { parameter: "sampler_name", values: "euler, ddim" },
    y: null,
    z: { parameter: "cfg", values: "3-5 (+2)" },
    title: "Cats",
    seeds: "increment",
  });
  expect(await dialog.findByText("In the form, source.image: there is no image 3")).toBeInTheDocument();
});
