import Button from "@mui/material/Button";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import type { Model } from "@/api/types";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { useToast } from "@/ui/toast";
import { useDeleteModel } from "./model-queries";

/** Deletes an entry that an administrator added and that no folder or ComfyUI server has. */
export function DeleteModelButton({ model }: { readonly model: Model }) {
  const [isConfirming, setIsConfirming] = useState(false);
  const remove = useDeleteModel();
  const toast = useToast();
  const close = () => setIsConfirming(false);
  return (
    <>
      <Button size="small" aria-label={`Delete ${model.display_name}`} onClick={() => setIsConfirming(true)}>
        Delete
      </Button>
      <ConfirmDialog
        isOpen={isConfirming}
        title={`Delete ${model.display_name}?`}
        verb="Delete"
        isPending={remove.isPending}
        onClose={close}
        onConfirm={() =>
          remove.mutate(model.id, {
            onSuccess: () => toast({ message: `${model.display_name} deleted`, severity: "success" }),
            onError: (error) => toast({ message: messageOf(error), severity: "error" }),
            onSettled: close,
          })
        }
      >
        The entry and its corrections are removed from the catalogue. No file is deleted.
      </ConfirmDialog>
    </>
  );
}
