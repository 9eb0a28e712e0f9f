import { lazyPart } from "@/lib/code";
import type { FieldProps } from "../form/fields";

/** The picker of embeddings; its code is loaded after the form is shown. */
export const LazyEmbeddingsField = lazyPart<FieldProps>(
  async () => (await import("./embeddings-field")).EmbeddingsField,
  { Loading: () => null },
);
