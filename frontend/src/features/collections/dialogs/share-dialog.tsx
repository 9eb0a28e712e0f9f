import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Divider from "@mui/material/Divider";
import { useId } from "react";
import type { Collection } from "@/api/types";
import { Dialog } from "@/ui/overlays";
import { LinkPart } from "./link-part";
import { MembersPart } from "./members-part";

interface ShareDialogProps {
  readonly open: boolean;
  readonly collection: Collection;
  readonly onClose: () => void;
}

/** With whom a collection is shared: its members, and its link. */
export function ShareDialog({ open, collection, onClose }: ShareDialogProps) {
  const titleId = useId();
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby={titleId} maxWidth="sm" fullWidth>
      <DialogTitle id={titleId}>Share {collection.name}</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 3 }}>
        <MembersPart id={collection.id} />
        <Divider />
        <LinkPart id={collection.id} hasInner={collection.collection_count > 0} />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}
