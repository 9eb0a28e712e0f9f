import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { House } from "lucide-react";
import { useId, useState } from "react";
import type { Collection } from "@/api/types";
import { Dialog } from "@/ui/overlays";
import { SearchBox } from "@/ui/search-box";
import { useMoveCollection } from "../use-move-collection";
import { ChoiceRow, Choices, IconSquare } from "./choices";

interface MoveDialogProps {
  readonly open: boolean;
  readonly collection: Collection;
  readonly onClose: () => void;
}

/** Moves a collection into another one, or out of all. */
export function MoveDialog({ open, collection, onClose }: MoveDialogProps) {
  const titleId = useId();
  const [search, setSearch] = useState("");
  const moveCollection = useMoveCollection();
  const { id, name, parent_id: before } = collection;
  const move = (target: Collection | null) => moveCollection(collection, target, onClose);
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby={titleId} maxWidth="xs" fullWidth>
      <DialogTitle id={titleId}>Move {name}</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 1.5, alignContent: "start", minHeight: "46dvh" }}>
        <SearchBox label="Search collections" value={search} onChange={setSearch} sx={{ mt: 0.5 }} />
        <Choices
          label="Collections"
          search={search}
          scope="mine"
          accepts={(one) => one.id !== id && one.id !== before && !one.is_smart}
          onChoose={move}
          first={
            before === null ? null : (
              <ChoiceRow
                image={<IconSquare icon={House} />}
                title="All collections"
                detail="Outside of other collections"
                onClick={() => move(null)}
              />
            )
          }
        />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose}>Cancel</Button>
      </DialogActions>
    </Dialog>
  );
}
