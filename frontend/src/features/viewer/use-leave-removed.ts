import { useBeforeRemoval } from "@/features/operations";
import type { Neighbours } from "./use-neighbours";

/** Open the next item when the shown one is moved to the trash, and the shown one again when it is restored. */
export function useLeaveRemoved(id: number, { findOther, goTo, goBack }: Neighbours): void {
  useBeforeRemoval(id, async () => {
    const other = await findOther();
    return {
      onRemoved: () => (other === null ? goBack() : goTo(other)),
      onRestored: () => goTo(id),
    };
  });
}
