import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import type { Workflow, WorkflowField, WorkflowVersion } from "@/api/types";
import { useToast } from "@/ui/toast";
import type { WorkflowDetails } from "../import/details-fields";
import { useAddVersion, useChangeWorkflow } from "../queries";
import { bodyOf, type DraftField, storedDraft } from "./draft";

interface Changes {
  readonly workflow: Workflow;
  readonly version: WorkflowVersion;
  readonly known: readonly WorkflowField[];
  readonly form: readonly DraftField[];
  readonly details: WorkflowDetails;
  readonly note: string;
}

/** Saves what was changed: another form as a new version, another title in place. */
export function useSaveChanges({ workflow, version, known, form, details, note }: Changes) {
  const addVersion = useAddVersion();
  const change = useChangeWorkflow();
  const navigate = useNavigate();
  const toast = useToast();
  const isNewVersion =
    JSON.stringify(bodyOf(form)) !== JSON.stringify(bodyOf(storedDraft(version.form, known)));
  const title = details.title.trim();
  const isRenamed =
    title !== workflow.title ||
    details.description !== workflow.description ||
    details.visibility !== workflow.visibility;
  const saving = useMutation({
    mutationFn: async () => {
      // The version first: if it is refused nothing has changed, and all can be sent again.
      if (isNewVersion) {
        // The graph does not pass through the browser, which would round large integers.
        const body = { base_version: version.number, form: bodyOf(form), note: note.trim() };
        await addVersion.mutateAsync({ id: workflow.id, body });
      }
      if (isRenamed) await change.mutateAsync({ id: workflow.id, patch: { ...details, title } });
    },
    onSuccess: () => {
      toast({ message: `“${title}” was saved`, severity: "success" });
      void navigate(isNewVersion ? `/workflows/${workflow.id}/versions` : "/workflows");
    },
  });
  return {
    save: () => saving.mutate(),
    isSaving: saving.isPending,
    error: saving.error,
    hasChanges: isNewVersion || isRenamed,
    isNewVersion,
  };
}
