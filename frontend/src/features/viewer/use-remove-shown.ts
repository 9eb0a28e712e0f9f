import type { Content } from "@/api/types";
import { useRemove } from "@/features/operations";
import type { Neighbours } from "./use-neighbours";

/** Return a function that moves the shown item to the trash and opens the next one; a toast offers to undo it. */
export function useRemoveShown({ id }: Pick<Content, "id">, { findOther, goTo, goBack }: Neighbours) {
  const { remove, isRemoving } = useRemove();
  const removeShown = async () => {
    const other = await findOther();
    remove(id, {
      onRemoved: () => (other === null ? goBack() : goTo(other)),
      onRestored: () => goTo(id),
    });
  };
  return { remove: removeShown, isRemoving };
}
