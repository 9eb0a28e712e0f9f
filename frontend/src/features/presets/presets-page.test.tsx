import { fireEvent, screen, waitFor, within } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { Preset, PresetPatch, PresetSubmit } from "@/api/types";
import { renderApp } from "@/testing/render";
import { page, problem, startServer, url } from "@/testing/server";
import { PresetsPage } from "./presets-page";

const server = startServer();

function makePreset(changes: Partial<Preset>): Preset {
  return {
    id: 1,
    kind: "style",
    name: "Film",
    description: "",
    prompt: "{prompt}, film grain",
    negative_prompt: "",
    settings: {},
    is_shared: false,
    is_mine: true,
    owner: "local",
    cover_content_id: null,
    cover: null,
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
    ...changes,
  };
}

const FILM = makePreset({});
const SHARED = makePreset({
  id: 2,
  kind: "preset",
  name: "Portrait",
  prompt: "",
  settings: { width: 832, height: 1216, params: { steps: 28 } },
  is_shared: true,
  is_mine: false,
  owner: "grace",
});

function show(items: readonly Preset[] = [FILM, SHARED]) {
  server.gives("/presets", page(items));
  return renderApp(<PresetsPage />, { path: "/presets", at: "/presets" });
}

/** A file with this text, which jsdom cannot read. */
const fileOf = (name: string, text: string) =>
  Object.assign(new File([text], name), { text: () => Promise.resolve(text) });

const openMenu = async (name: string) =>
  userEvent.click(await screen.findByRole("button", { name: `Actions for ${name}` }));
const choose = async (entry: string) => userEvent.click(await screen.findByRole("menuitem", { name: entry }));

it("shows own and shared presets; a click applies one in the form", async () => {
  const { router } = show();
  const list = await screen.findByRole("list", { name: "Presets and styles" });
  expect(await within(list).findByText("{prompt}, film grain")).toBeInTheDocument();
  expect(within(list).getByText("832 × 1216 · Steps 28")).toBeInTheDocument();
  expect(within(list).getByText(/by grace/)).toBeInTheDocument();
  await userEvent.click(screen.getByRole("link", { name: "Portrait: apply" }));
  expect(router.state.location.search).toBe("?preset=2");
});

it("offers changes for own presets, and a copy of those of others", async () => {
  show();
  await openMenu("Portrait");
  const names = (await screen.findAllByRole("menuitem")).map(({ textContent }) => textContent);
  expect(names).toEqual(["Copy to my presets", "Export"]);
});

it("deletes a preset, and restores it with its id", async () => {
  const restored: string[] = [];
  show([FILM]);
  server.use(
    http.delete(url("/presets/1"), () => new HttpResponse(null, { status: 204 })),
    http.post(url("/presets/:id/restore"), ({ params }) => {
      restored.push(String(params.id));
      return restored.length === 1 ? problem(409, "another style is named Film") : HttpResponse.json(FILM);
    }),
  );
  await openMenu("Film");
  await choose("Delete");
  await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
  expect(await screen.findByText("Another style is named Film.")).toBeInTheDocument();
  expect(restored).toEqual(["1"]);
});

it("gives a copy the next free name", async () => {
  const names: string[] = [];
  show([FILM]);
  server.use(
    http.post(url("/presets"), async ({ request }) => {
      const { name } = (await request.json()) as PresetSubmit;
      names.push(name);
      return names.length === 1 ? problem(409, "taken") : HttpResponse.json(FILM);
    }),
  );
  await openMenu("Film");
  await choose("Duplicate");
  expect(await screen.findByText("Saved as “Film copy 2”")).toBeInTheDocument();
  expect(names).toEqual(["Film copy", "Film copy 2"]);
});

it("imports a file, and replaces presets of the same names when asked to", async () => {
  const sent: unknown[] = [];
  show([]);
  server.use(
    http.post(url("/presets/import"), async ({ request }) => {
      const { replace, json } = (await request.json()) as { replace: boolean; json: string };
      sent.push(json === "" ? replace : json);
      return HttpResponse.json({ created: 1, replaced: replace ? 1 : 0, skipped: replace ? [] : ["Film"] });
    }),
  );
  await screen.findByText("No presets yet");
  await userEvent.upload(
    screen.getByLabelText("File of presets"),
    fileOf("presets.json", '{"version": 1, "presets": []}'),
  );
  expect(await screen.findByText("1 imported, 1 skipped: the names are taken")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Replace" }));
  await waitFor(() => expect(sent).toEqual([false, true]));
  const styles = '[{"name": "Clay", "prompt": "clay {prompt}", "negative_prompt": ""}]';
  await userEvent.upload(screen.getByLabelText("File of presets"), fileOf("sdxl_styles.json", styles));
  await waitFor(() => expect(sent).toEqual([false, true, styles]));
});

it("says when a file has no presets", async () => {
  show([]);
  await screen.findByText("No presets yet");
  await userEvent.upload(screen.getByLabelText("File of presets"), fileOf("other.json", "[1]"));
  expect(await screen.findByText(/other.json is not a file of presets/)).toBeInTheDocument();
});

it("creates a style", async () => {
  const created: PresetSubmit[] = [];
  show([]);
  server.use(
    http.post(url("/presets"), async ({ request }) => {
      created.push((await request.json()) as PresetSubmit);
      return HttpResponse.json(FILM);
    }),
  );
  await userEvent.click((await screen.findAllByRole("button", { name: "New style" }))[0] as HTMLElement);
  const dialog = await screen.findByRole("dialog", { name: "New style" });
  await userEvent.type(within(dialog).getByLabelText(/Name/), "Noir");
  await userEvent.click(within(dialog).getByRole("button", { name: "Save" }));
  await waitFor(() => expect(created).toHaveLength(1));
  expect(created[0]).toMatchObject({ kind: "style", name: "Noir", prompt: "{prompt}, ", settings: {} });
});

it("edits, removes and adds single values of a preset, and shows an error beside its value", async () => {
  const patches: unknown[] = [];
  show([
    makePreset({ kind: "preset", settings: { width: 832, height: 1216, vae: "a", params: { steps: 28 } } }),
  ]);
  server.gives("/checkpoint-models", page([]));
  server.gives("/models", page([]));
  server.gives("/sampling-options", { samplers: ["euler"], schedulers: ["normal"] });
  server.use(
    http.patch(url("/presets/1"), async ({ request }) => {
      patches.push(((await request.json()) as PresetPatch).settings_patch);
      const errors = [{ field: "settings_patch.params.steps", message: "must be at most 150" }];
      return patches.length === 1 ? problem(422, "invalid", errors) : HttpResponse.json(FILM);
    }),
  );
  await openMenu("Film");
  await choose("Edit");
  const steps = await screen.findByRole("spinbutton", { name: "Steps" });
  fireEvent.input(steps, { target: { value: "900" } });
  await userEvent.click(screen.getByRole("button", { name: "Remove VAE" }));
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Add a value" }), "CFG");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Must be at most 150.")).toBeInTheDocument();
  expect(steps).toBeInvalid();
  fireEvent.input(steps, { target: { value: "30" } });
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(patches).toHaveLength(2));
  expect(patches[1]).toEqual({ vae: null, params: { steps: 30, cfg: 7 } });
});
