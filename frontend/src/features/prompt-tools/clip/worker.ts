/** Counts tokens beside the page: the table is read here, and long prompts do not delay key presses. */
import type { CountRequest } from "./count-tokens";
import mergesUrl from "./merges.bin?url";
import { countPrompt } from "./prompt-tokens";
import { ClipTokenizer } from "./tokenizer";

async function load(): Promise<ClipTokenizer> {
  const response = await fetch(mergesUrl);
  if (!response.ok) throw new Error(`${mergesUrl} cannot be loaded: ${response.status}`);
  return new ClipTokenizer(await response.arrayBuffer());
}

const loading = load();

addEventListener("message", async ({ data: { id, prompts, embeddings } }: MessageEvent<CountRequest>) => {
  // A rejection is an `unhandledrejection` here, not an `error` of the worker for the page.
  const tokenizer = await loading.catch(() => null);
  postMessage({
    id,
    counts: tokenizer && prompts.map((prompt) => countPrompt(tokenizer, prompt, embeddings)),
  });
});
