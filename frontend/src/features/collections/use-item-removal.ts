import { useQueryClient } from "@tanstack/react-query";
import { messageOf } from "@/api/problem";
import type { Collection } from "@/api/types";
import { type ContentFilter, removeFromList } from "@/features/content";
import { formatCount } from "@/lib/format";
import { useToast } from "@/ui/toast";
import { type Chosen, changedOf, moveItems, useChangeItems } from "./mutations";
import { runsOf } from "./order/runs";
import { knownOrder } from "./order/use-move-items";

type Target = Pick<Collection, "id" | "name">;

/**
 * Return the functions that take items out of a collection, or move them to another one. Toasts offer to
 * undo it: the items return to their places.
 */
export function useItemRemoval({ id, name }: Target, list: ContentFilter) {
  const client = useQueryClient();
  const toast = useToast();
  const { mutateAsync: change } = useChangeItems();
  const fail = (error: unknown) => toast({ message: messageOf(error), severity: "error" });

  const takeOut = async (chosen: Chosen) => {
    const order = list.sort === "manual" ? knownOrder(client, list) : [];
    const removed = changedOf(await change({ id, action: "remove", chosen }));
    removeFromList(client, list, removed);
    const putBack = async () => {
      if (removed.length === 0) return;
      const outcomes = await change({ id, action: "add", chosen: { ids: removed } });
      await moveItems(id, runsOf(order, changedOf(outcomes)));
      await client.invalidateQueries({ queryKey: ["content"] });
    };
    return { removed, putBack };
  };
  const remove = async (chosen: Chosen) => {
    try {
      const { removed, putBack } = await takeOut(chosen);
      const undo = () => void putBack().catch(fail);
      const message = `${formatCount(removed.length)} removed from ${name}`;
      toast({ message, action: { label: "Undo", run: undo } });
    } catch (error) {
      fail(error);
    }
  };

  const moveTo = async (target: Target, chosen: Chosen) => {
    try {
      const outcomes = await change({ id: target.id, action: "add", chosen });
      // Private items of other members cannot be added: they stay here.
      const there = outcomes.filter(({ status }) => status !== "not_found").map((one) => one.id);
      const { removed, putBack } = await takeOut({ ids: there });
      const undo = () =>
        void putBack()
          .then(() => change({ id: target.id, action: "remove", chosen: { ids: changedOf(outcomes) } }))
          .catch(fail);
      const message = `${formatCount(removed.length)} moved to ${target.name}`;
      toast({ message, severity: "success", action: { label: "Undo", run: undo } });
    } catch (error) {
      fail(error);
    }
  };
  return { remove, moveTo };
}
