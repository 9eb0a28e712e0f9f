import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import Typography from "@mui/material/Typography";
import { type FormEvent, useState } from "react";
import { messageOf } from "@/api/problem";
import type { ContentFilter } from "@/features/content";
import { Dialog } from "@/ui/overlays";
import { TextField } from "@/ui/text-field";
import { useToast } from "@/ui/toast";
import { oneOf, SORTS, savedFilterOf } from "../filters/gallery-filter";
import { useSaveSearch } from "./queries";

interface SaveSearchDialogProps {
  readonly open: boolean;
  readonly filter: ContentFilter;
  readonly onClose: () => void;
}

/** Gives the present filter a name; with an alert if it shows images of other users. */
export function SaveSearchDialog({ open, filter, onClose }: SaveSearchDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby="save-search-title" maxWidth="xs" fullWidth>
      <Form filter={filter} onClose={onClose} />
    </Dialog>
  );
}

function Form({ filter, onClose }: Omit<SaveSearchDialogProps, "open">) {
  const [name, setName] = useState(filter.search ?? filter.tags ?? "");
  const [hasAlert, setHasAlert] = useState(false);
  const { mutate, isPending } = useSaveSearch();
  const toast = useToast();
  const mayAlert = filter.scope !== "mine";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = {
      name,
      filter: savedFilterOf(filter),
      sort: oneOf(SORTS, filter.sort ?? "", "newest"),
      has_alert: mayAlert && hasAlert,
    };
    mutate(body, {
      onSuccess: () => {
        toast({ message: "Search saved" });
        onClose();
      },
      onError: (error) => toast({ message: messageOf(error), severity: "error" }),
    });
  };
  return (
    <form onSubmit={submit}>
      <DialogTitle id="save-search-title">Save this search</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 1.5 }}>
        <TextField
          label="Name"
          value={name}
          onChange={(event) => setName(event.target.value)}
          required
          fullWidth
          slotProps={{ htmlInput: { maxLength: 120 } }}
          sx={{ mt: 1 }}
        />
        {mayAlert ? (
          <FormControlLabel
            control={<Switch checked={hasAlert} onChange={(_, isOn) => setHasAlert(isOn)} />}
            label="Notify me when others share matching images"
          />
        ) : (
          <Typography variant="body2" sx={{ color: "text.secondary" }}>
            To be notified of new images of others, choose Shared or All first.
          </Typography>
        )}
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" variant="contained" loading={isPending} disabled={name.trim() === ""}>
          Save
        </Button>
      </DialogActions>
    </form>
  );
}
