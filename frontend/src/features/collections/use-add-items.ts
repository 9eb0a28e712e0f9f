import { useCallback } from "react";
import { useNavigate } from "react-router";
import { messageOf } from "@/api/problem";
import type { Collection } from "@/api/types";
import { formatCount } from "@/lib/format";
import { useToast } from "@/ui/toast";
import { type Chosen, changedOf, useChangeItems } from "./mutations";

/** Return a function that adds items to a collection; a toast offers to undo it. */
export function useAddItems(): (
  collection: Pick<Collection, "id" | "name">,
  chosen: Chosen,
) => Promise<void> {
  const { mutateAsync } = useChangeItems();
  const toast = useToast();
  const navigate = useNavigate();
  return useCallback(
    async ({ id, name }, chosen) => {
      const fail = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
      try {
        const added = changedOf(await mutateAsync({ id, action: "add", chosen }));
        if (added.length === 0) {
          const action = { label: "Open", run: () => void navigate(`/collections/${id}`) };
          toast({ message: `Already in ${name}`, action });
          return;
        }
        const undo = () => void mutateAsync({ id, action: "remove", chosen: { ids: added } }).catch(fail);
        const count = added.length === 1 ? "Added" : `${formatCount(added.length)} added`;
        toast({ message: `${count} to ${name}`, severity: "success", action: { label: "Undo", run: undo } });
      } catch (error) {
        fail(error);
      }
    },
    [mutateAsync, toast, navigate],
  );
}
