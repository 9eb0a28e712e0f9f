import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { type FormEvent, useId, useState } from "react";
import { messageOf } from "@/api/problem";
import type { Grid } from "@/api/types";
import { Dialog } from "@/ui/overlays";
import { TextField } from "@/ui/text-field";
import { useRenameGrid } from "./queries";

interface RenameDialogProps {
  readonly grid: Grid;
  readonly onClose: () => void;
}

/** Changes the title of a grid. */
export function RenameDialog({ grid, onClose }: RenameDialogProps) {
  const titleId = useId();
  const [title, setTitle] = useState(grid.title);
  const rename = useRenameGrid(grid.id);
  const send = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate(title, { onSuccess: onClose });
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} maxWidth="xs" fullWidth>
      <DialogTitle id={titleId}>Rename grid</DialogTitle>
      <Box component="form" onSubmit={send} sx={{ display: "contents" }}>
        <DialogContent sx={{ display: "grid", pt: "8px !important" }}>
          <TextField
            label="Title"
            autoFocus
            value={title}
            onChange={(event) => setTitle(event.target.value)}
            error={rename.isError}
            helperText={rename.isError ? messageOf(rename.error) : "Without a title, the prompt is shown."}
            slotProps={{ htmlInput: { maxLength: 200 } }}
          />
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2.5, gap: 1 }}>
          <Button color="inherit" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" variant="contained" loading={rename.isPending}>
            Rename
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}
