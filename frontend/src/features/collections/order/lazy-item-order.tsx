import { lazyPart } from "@/lib/code";
import type { ItemOrderProps } from "./item-order";

/** The order by hand; its code is loaded after the collection is shown. */
export const ItemOrder = lazyPart<ItemOrderProps>(async () => (await import("./item-order")).ItemOrder, {
  Loading: () => null,
});
