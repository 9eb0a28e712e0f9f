import { screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { makeModel } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { page, startServer } from "@/testing/server";
import { DEFAULTS } from "../settings";
import { createSettingsStore } from "../settings-store";
import { EmbeddingsField } from "./embeddings-field";

const server = startServer();
const embedding = (name: string, architecture = "sd1") =>
  makeModel({ kind: "embedding", folder: "embeddings", name, display_name: name, architecture });

beforeEach(() => {
  server.gives("/checkpoint-models", page([makeModel()]));
  server.gives(
    "/models",
    page([
      embedding("bad-hands.pt"),
      embedding("ink.safetensors"),
      embedding("two words.pt"),
      embedding("xl.pt", "sdxl"),
    ]),
  );
});

function show(prompts: { prompt?: string; negativePrompt?: string } = {}) {
  const store = createSettingsStore({ ...DEFAULTS, checkpoint: "sd15.safetensors", ...prompts });
  renderApp(<EmbeddingsField store={store} errors={() => undefined} />);
  const prompts_ = () => [store.get().prompt, store.get().negativePrompt];
  return { store, prompts: prompts_ };
}

const choose = async (name: string) => {
  await waitFor(() => expect(document.querySelector(".MuiAutocomplete-root")).not.toBeNull());
  await userEvent.click(screen.getByRole("combobox", { name: "Embeddings" }));
  await userEvent.click(await screen.findByRole("option", { name: new RegExp(name) }));
  await userEvent.keyboard("{Escape}");
};

describe("EmbeddingsField", () => {
  it("adds an embedding to the prompt that its name suggests", async () => {
    const { prompts } = show({ prompt: "a cat" });
    await choose("ink");
    await choose("bad-hands");
    expect(prompts()).toEqual(["a cat, embedding:ink", "embedding:bad-hands"]);
    expect(screen.queryByRole("option", { name: /two words/ })).not.toBeInTheDocument();
  });

  it("sets the weight, moves and removes what the prompts name", async () => {
    const { prompts } = show({ prompt: "a cat, embedding:ink, rain" });
    const weight = await screen.findByRole("textbox", { name: /ink/ });
    await userEvent.clear(weight);
    await userEvent.type(weight, "1.2{Enter}");
    await waitFor(() => expect(prompts()[0]).toBe("a cat, (embedding:ink:1.2), rain"));
    await userEvent.selectOptions(
      screen.getByRole("combobox", { name: /Where ink/ }),
      "In the negative prompt",
    );
    expect(prompts()).toEqual(["a cat, rain", "(embedding:ink:1.2)"]);
    await userEvent.click(screen.getByRole("button", { name: /Remove ink/ }));
    expect(prompts()).toEqual(["a cat, rain", ""]);
  });

  it("warns about unknown ones and those of another architecture", async () => {
    const { store } = show({ prompt: "embedding:nothing embedding:xl" });
    expect(await screen.findByText("No ComfyUI server has this embedding.")).toBeVisible();
    await userEvent.click(await screen.findByRole("switch", { name: "Use it anyway" }));
    expect(store.get().allowMismatch).toBe(true);
  });

  it("is not shown without embeddings", async () => {
    server.gives("/models", page([]));
    show({ prompt: "a cat" });
    await waitFor(() => expect(screen.queryByRole("combobox")).not.toBeInTheDocument());
  });
});
