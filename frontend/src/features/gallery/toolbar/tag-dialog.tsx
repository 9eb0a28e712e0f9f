import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useId, useState } from "react";
import { countOfItems, TagInput } from "@/features/content";
import { Dialog } from "@/ui/overlays";

interface TagDialogProps {
  readonly isOpen: boolean;
  /** Null if there are more than the server counts. */
  readonly count: number | null;
  readonly isPending: boolean;
  readonly onClose: () => void;
  readonly onTags: (action: "tag" | "untag", tags: string[]) => void;
}

/** Adds tags to the selected items, or removes them. */
export function TagDialog({ isOpen, count, isPending, onClose, onTags }: TagDialogProps) {
  const [tags, setTags] = useState<string[]>([]);
  const titleId = useId();
  return (
    <Dialog open={isOpen} onClose={onClose} aria-labelledby={titleId} maxWidth="xs" fullWidth>
      <DialogTitle id={titleId}>
        {count === null ? "Tags of all items" : `Tags of ${countOfItems(count)}`}
      </DialogTitle>
      <DialogContent>
        <TagInput label="Tags" allowsNew value={tags} onChange={setTags} sx={{ mt: 1 }} />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose} color="inherit">
          Close
        </Button>
        <Button disabled={tags.length === 0 || isPending} onClick={() => onTags("untag", tags)}>
          Remove
        </Button>
        <Button
          variant="contained"
          disabled={tags.length === 0 || isPending}
          onClick={() => onTags("tag", tags)}
        >
          Add
        </Button>
      </DialogActions>
    </Dialog>
  );
}
