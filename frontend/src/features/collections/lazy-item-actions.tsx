import { lazyPart } from "@/lib/code";
import type { CollectionItemActionsProps } from "./collection-item-actions";

/** The actions for selected images; their code is loaded after the collection is shown. */
export const CollectionItemActions = lazyPart<CollectionItemActionsProps>(
  async () => (await import("./collection-item-actions")).CollectionItemActions,
  { Loading: () => null },
);
