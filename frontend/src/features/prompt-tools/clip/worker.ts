/** Counts tokens beside the page: the tables are read here, and long prompts do not delay key presses. */
import piecesUrl from "../t5/pieces.bin?url";
import { T5Tokenizer } from "../t5/tokenizer";
import type { CountedEncoder, CountRequest } from "./count-tokens";
import mergesUrl from "./merges.bin?url";
import { countPrompt, type Tokenizer } from "./prompt-tokens";
import { ClipTokenizer } from "./tokenizer";

async function load(encoder: CountedEncoder): Promise<Tokenizer> {
  const url = encoder === "clip" ? mergesUrl : piecesUrl;
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} cannot be loaded: ${response.status}`);
  const table = await response.arrayBuffer();
  return encoder === "clip" ? new ClipTokenizer(table) : new T5Tokenizer(table);
}

const loaded = new Map<CountedEncoder, Promise<Tokenizer>>();

/** Return the tokenizer of an encoder; null if its table cannot be loaded now, which the next question tries again. */
async function tokenizerOf(encoder: CountedEncoder): Promise<Tokenizer | null> {
  const loading = loaded.get(encoder) ?? load(encoder);
  loaded.set(encoder, loading);
  // A rejection is an `unhandledrejection` here, not an `error` of the worker for the page.
  return loading.catch(() => {
    loaded.delete(encoder);
    return null;
  });
}

addEventListener(
  "message",
  async ({ data: { id, prompts, embeddings, encoder } }: MessageEvent<CountRequest>) => {
    const tokenizer = await tokenizerOf(encoder);
    postMessage({
      id,
      counts: tokenizer && prompts.map((prompt) => countPrompt(tokenizer, prompt, embeddings)),
    });
  },
);
