import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";
import { ConfirmDialog } from "@/ui/confirm-dialog";

interface LinkEndProps {
  readonly isReplacing: boolean;
  readonly onReplace: () => void;
  readonly onDelete: () => void;
}

/** Replaces or deletes a link. Neither can be undone: its address is not stored. */
export function LinkEnd({ isReplacing, onReplace, onDelete }: LinkEndProps) {
  const [asked, setAsked] = useState<"replace" | "delete" | null>(null);
  const close = () => setAsked(null);
  const confirm = () => {
    if (asked === "replace") onReplace();
    if (asked === "delete") onDelete();
    close();
  };
  const verb = asked === "replace" ? "Replace" : "Delete";
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
      <Button onClick={() => setAsked("replace")} loading={isReplacing}>
        Replace by a new link
      </Button>
      <Button color="error" onClick={() => setAsked("delete")}>
        Delete link
      </Button>
      <ConfirmDialog
        isOpen={asked !== null}
        title={`${verb} the link?`}
        verb={verb}
        onConfirm={confirm}
        onClose={close}
      >
        Everybody who has the present address loses access, and it cannot be restored. To block it for a
        while, turn the link off.
      </ConfirmDialog>
    </Box>
  );
}
