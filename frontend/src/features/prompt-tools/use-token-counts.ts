import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { type EmbeddingLength, lengthOf, modelsOfKindQuery } from "@/features/models";
import type { CountedEncoder, countTokens } from "./clip/count-tokens";
import type { TokenCount } from "./clip/prompt-tokens";

export type Count = typeof countTokens;
/** The counts of each group of prompts. */
type Counts = readonly (readonly TokenCount[])[] | null;

/** Run when the browser has nothing else to do; return a function that cancels it. */
function whenIdle(run: () => void): () => void {
  if (!("requestIdleCallback" in window)) {
    const timer = setTimeout(run, 0);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(run, { timeout: 2_000 });
  return () => cancelIdleCallback(handle);
}

/**
 * Return the tokens of each prompt of each group for an encoder; null until they are counted, and if they cannot be.
 * While a change is counted, the counts before it are returned.
 */
export function useTokenCounts(
  groups: readonly (readonly string[])[],
  encoder: CountedEncoder,
  isWanted: boolean,
  count: Count,
): Counts {
  const embeddings = useEmbeddings(
    isWanted && encoder === "clip" && groups.flat().some((prompt) => prompt.includes("embedding:")),
  );
  const [counts, setCounts] = useState<Counts>(null);
  const key = JSON.stringify(groups);
  useEffect(() => {
    if (!isWanted) return;
    let isCurrent = true;
    const run = async () => {
      const prompts: string[][] = JSON.parse(key);
      const found = await count(prompts.flat(), embeddings, encoder);
      if (isCurrent) setCounts(found && groupedLike(prompts, found));
    };
    const cancel = whenIdle(() => void run());
    return () => {
      isCurrent = false;
      cancel();
    };
  }, [key, encoder, isWanted, count, embeddings]);
  return isWanted ? counts : null;
}

/** Return the lengths of all embeddings; null while they are not wanted or not known. */
function useEmbeddings(isWanted: boolean): readonly EmbeddingLength[] | null {
  const models = useQuery({ ...modelsOfKindQuery("embedding"), enabled: isWanted }).data;
  return useMemo(() => (isWanted && models ? models.map(lengthOf) : null), [isWanted, models]);
}

function groupedLike(groups: readonly string[][], counts: readonly TokenCount[]): TokenCount[][] {
  const rest = [...counts];
  return groups.map((group) => rest.splice(0, group.length));
}
