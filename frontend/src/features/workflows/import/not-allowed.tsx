import { ShieldAlert } from "lucide-react";
import { EmptyState } from "@/ui/empty-state";

/** Shown to users who may not add or change workflows. */
export function NotAllowed() {
  return (
    <EmptyState icon={ShieldAlert} title="You cannot change workflows">
      An administrator, or the owner of a workflow, can change it.
    </EmptyState>
  );
}
