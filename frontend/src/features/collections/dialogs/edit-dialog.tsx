import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { type FormEvent, useId, useState } from "react";
import { messageOf } from "@/api/problem";
import type { Collection, SavedFilter, SavedFilterBody } from "@/api/types";
import { Dialog } from "@/ui/overlays";
import { TextField } from "@/ui/text-field";
import { useToast } from "@/ui/toast";
import { useChangeCollection, useCreateCollection } from "../mutations";
import { describeFilter } from "../saved-filter";

interface EditDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** The collection to change; without it a new one is created. */
  readonly collection?: Collection;
  /** The collection around a new one. */
  readonly parentId?: number;
  /** Makes a new one a smart collection. */
  readonly filter?: SavedFilterBody;
  readonly onCreated?: (collection: Collection) => void;
}

const MAX_NAME = 120;

const NO_FILTER: SavedFilter = {
  scope: "mine",
  search: null,
  tags: [],
  content_type: null,
  checkpoint_model: null,
  workflow_id: null,
  created_from: null,
  created_to: null,
  min_rating: null,
  size: null,
  favourite: false,
};

/** Name and description of a collection. */
export function EditDialog(props: EditDialogProps) {
  const titleId = useId();
  const { open, onClose } = props;
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby={titleId} maxWidth="xs" fullWidth>
      <EditForm {...props} titleId={titleId} />
    </Dialog>
  );
}

type EditFormProps = EditDialogProps & { readonly titleId: string };

function EditForm({ onClose, collection, parentId, filter, onCreated, titleId }: EditFormProps) {
  const create = useCreateCollection();
  const change = useChangeCollection();
  const toast = useToast();
  const [name, setName] = useState(collection?.name ?? filter?.search ?? "");
  const [description, setDescription] = useState(collection?.description ?? "");
  const options = {
    onError: (error: unknown) => toast({ message: messageOf(error), severity: "error" }),
    onSuccess: (saved: Collection) => {
      onClose();
      if (collection === undefined) onCreated?.(saved);
    },
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    const texts = { name: name.trim(), description: description.trim() };
    if (texts.name === "") return;
    if (collection !== undefined) change.mutate({ id: collection.id, patch: texts }, options);
    else
      create.mutate(
        { ...texts, ...(parentId && { parent_id: parentId }), ...(filter && { filter }) },
        options,
      );
  };
  return (
    <form onSubmit={save}>
      <DialogTitle id={titleId}>{titleOf(collection, filter)}</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 2 }}>
        {filter === undefined ? null : <FilterSummary filter={{ ...NO_FILTER, ...filter }} />}
        <TextField
          label="Name"
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoFocus
          required
          fullWidth
          sx={{ mt: 1 }}
          slotProps={{ htmlInput: { maxLength: MAX_NAME } }}
        />
        <TextField
          label="Description"
          value={description}
          onChange={(event) => setDescription(event.target.value)}
          multiline
          minRows={2}
          maxRows={6}
          fullWidth
        />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose} color="inherit">
          Cancel
        </Button>
        <Button
          type="submit"
          variant="contained"
          disabled={name.trim() === ""}
          loading={create.isPending || change.isPending}
        >
          {collection === undefined ? "Create" : "Save"}
        </Button>
      </DialogActions>
    </form>
  );
}

function titleOf(collection: Collection | undefined, filter: SavedFilterBody | undefined): string {
  if (collection !== undefined) return "Rename collection";
  return filter === undefined ? "New collection" : "New smart collection";
}

function FilterSummary({ filter }: { readonly filter: SavedFilter }) {
  return (
    <div>
      <Typography variant="body2" sx={{ color: "text.secondary", mb: 1 }}>
        It shows all images that match, also new ones:
      </Typography>
      <Stack direction="row" useFlexGap sx={{ flexWrap: "wrap", gap: 0.75 }}>
        {describeFilter(filter).map((part) => (
          <Chip key={part} size="small" label={part} />
        ))}
      </Stack>
    </div>
  );
}
