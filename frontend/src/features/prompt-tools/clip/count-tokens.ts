/** Asks the worker for the tokens of prompts; it is started with the first question. */
import type { EmbeddingLength } from "@/features/models/embedding-names";
import type { TokenCount } from "./prompt-tokens";

/** The encoders whose tokenizers are here. */
export type CountedEncoder = "clip" | "t5";

export interface CountRequest {
  readonly id: number;
  readonly prompts: readonly string[];
  readonly embeddings: readonly EmbeddingLength[] | null;
  readonly encoder: CountedEncoder;
}

interface CountAnswer {
  readonly id: number;
  /** Null: the table could not be loaded. */
  readonly counts: readonly TokenCount[] | null;
}

type Settle = (counts: CountAnswer["counts"]) => void;

let worker: Worker | null = null;
const waiting = new Map<number, Settle>();
let asked = 0;

function started(): Worker {
  const next = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  next.addEventListener("message", ({ data: { id, counts } }: MessageEvent<CountAnswer>) => {
    waiting.get(id)?.(counts);
    waiting.delete(id);
  });
  next.addEventListener("error", () => end(next));
  return next;
}

/** End a worker that cannot count; the next question starts another one. */
function end(failed: Worker): void {
  failed.terminate();
  if (worker === failed) worker = null;
  for (const settle of waiting.values()) settle(null);
  waiting.clear();
}

/** Return the count of each prompt; null if they cannot be counted at present. */
export function countTokens(
  prompts: readonly string[],
  embeddings: readonly EmbeddingLength[] | null,
  encoder: CountedEncoder = "clip",
): Promise<readonly TokenCount[] | null> {
  if (typeof Worker === "undefined") return Promise.resolve(null);
  worker ??= started();
  asked += 1;
  const request: CountRequest = { id: asked, prompts, embeddings, encoder };
  const { promise, resolve } = withResolver();
  waiting.set(request.id, resolve);
  worker.postMessage(request);
  return promise;
}

function withResolver(): { readonly promise: Promise<CountAnswer["counts"]>; readonly resolve: Settle } {
  let resolve: Settle = () => undefined;
  const promise = new Promise<CountAnswer["counts"]>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
