import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { House } from "lucide-react";
import { useId, useState } from "react";
import { messageOf } from "@/api/problem";
import type { Collection } from "@/api/types";
import { Dialog } from "@/ui/overlays";
import { SearchBox } from "@/ui/search-box";
import { useToast } from "@/ui/toast";
import { useChangeCollection } from "../mutations";
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
  const change = useChangeCollection();
  const toast = useToast();
  const { id, name, parent_id: before } = collection;
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const move = (parentId: number | null, where: string) =>
    change.mutate(
      { id, patch: { parent_id: parentId } },
      {
        onError,
        onSuccess: () => {
          const undo = () => change.mutate({ id, patch: { parent_id: before } }, { onError });
          toast({ message: `${name} moved ${where}`, action: { label: "Undo", run: undo } });
          onClose();
        },
      },
    );
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
          onChoose={(one) => move(one.id, `into ${one.name}`)}
          isDisabled={change.isPending}
          first={
            before === null ? null : (
              <ChoiceRow
                image={<IconSquare icon={House} />}
                title="All collections"
                detail="Outside of other collections"
                isDisabled={change.isPending}
                onClick={() => move(null, "to all collections")}
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
