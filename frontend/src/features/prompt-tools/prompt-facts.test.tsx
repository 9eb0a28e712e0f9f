import { screen } from "@testing-library/preact";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { makeModel } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { page, startServer, url } from "@/testing/server";
import { PromptFacts } from "./prompt-facts";
import type { PromptState } from "./prompt-tools";
import type { Count } from "./use-token-counts";

const server = startServer();
const STATE: PromptState = { prompt: "a fox", negativePrompt: "", isDynamic: false, styles: [] };
/** Counts characters for CLIP, words for T5. */
const count: Count = async (prompts, _embeddings, encoder) =>
  prompts.map((prompt) => {
    const tokens = encoder === "t5" ? prompt.split(" ").length : prompt.length;
    return { tokens, chunks: Math.ceil(tokens / 75), isExact: true };
  });

function show(patch: Partial<PromptState>, architecture: string | undefined, counter = count) {
  const state = { ...STATE, ...patch };
  renderApp(
    <PromptFacts
      get={() => state}
      subscribe={() => () => undefined}
      architecture={architecture}
      count={counter}
    />,
  );
}

describe("the length of a prompt", () => {
  it("is counted for CLIP and T5, and estimated for the other encoders of the model", async () => {
    show({ negativePrompt: "blurry" }, "hidream");
    await screen.findByText("5 / 75");
    await screen.findByText("6 / 75");
    await screen.findByText("2 tokens");
    expect(document.body.textContent).toBe(
      "CLIP L and G: 5 / 75T5: 2 tokensLlama: about 2 tokensNegative: 6 / 75",
    );
  });

  it("is an estimate for T5 until its table is loaded", async () => {
    show({}, "chroma", async () => null);
    await screen.findByText("about 2 tokens");
  });

  it("includes styles, and says in how many chunks a long prompt is read", async () => {
    const style = { id: 1, name: "Ink", prompt: `{prompt}, ${"ink ".repeat(20)}`, negativePrompt: "" };
    show({ styles: [style] }, "sdxl");
    await screen.findByText("87 tokens, 2 chunks");
  });

  it("is counted with the vectors of embeddings", async () => {
    const ink = makeModel({ kind: "embedding", name: "ink.pt", vectors: 7 });
    server.gives("/models", page([ink]));
    show({ prompt: "embedding:ink" }, "sd1", async (prompts, embeddings) =>
      prompts.map(() => ({ tokens: embeddings?.[0]?.vectors ?? 0, chunks: 1, isExact: embeddings !== null })),
    );
    await screen.findByText("7 / 75");
  });

  it("is a range for what a dynamic prompt draws", async () => {
    server.use(
      http.post(url("/wildcards/preview"), () =>
        HttpResponse.json({
          items: ["a red fox", "a white fox"].map((prompt, seed) => ({ seed, prompt, negative_prompt: "" })),
        }),
      ),
    );
    show({ prompt: "a {red|white} fox", isDynamic: true }, "sd1");
    await screen.findByText("9 to 11 / 75");
  });

  it("is an estimate if it cannot be counted, and for unknown models", async () => {
    show({}, "sd1", async () => null);
    await screen.findByText("about 2 tokens");
    show({}, undefined);
    await screen.findByText("About 2 tokens");
  });
});
