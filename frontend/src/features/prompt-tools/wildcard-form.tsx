import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import Skeleton from "@mui/material/Skeleton";
import Switch from "@mui/material/Switch";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useId } from "react";
import { type FieldErrors, fieldErrorsOf } from "@/api/field-errors";
import { FormError } from "@/ui/form-error";
import { Dialog } from "@/ui/overlays";
import { TextField } from "@/ui/text-field";
import { useSaveWildcard, wildcardQuery } from "./queries";

interface WildcardFormProps {
  /** Null: a new one. */
  readonly id: number | null;
  readonly onClose: () => void;
}

interface Shown {
  readonly name: string;
  readonly description: string;
  readonly entries: readonly string[];
  readonly is_shared: boolean;
  readonly is_mine: boolean;
}

const NEW: Shown = { name: "", description: "", entries: [], is_shared: false, is_mine: true };
const HELP = "One a line; 3:: before an entry draws it three times as often.";

/** Create or edit a wildcard; one of another user is only shown. */
export function WildcardForm({ id, onClose }: WildcardFormProps) {
  const titleId = useId();
  const stored = useQuery({ ...wildcardQuery(id ?? 0), enabled: id !== null }).data;
  const shown = id === null ? NEW : stored;
  const save = useSaveWildcard(id);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    save.mutate(
      {
        name: String(form.get("name")).trim().toLowerCase(),
        text: String(form.get("text")),
        description: shown?.description ?? "",
        is_shared: form.get("shared") === "on",
      },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} maxWidth="sm" fullWidth>
      <DialogTitle id={titleId}>{id === null ? "New wildcard" : `__${shown?.name ?? ""}__`}</DialogTitle>
      {shown === undefined ? (
        <Skeleton variant="rounded" height={300} sx={{ m: 3 }} aria-label="Loading" />
      ) : (
        <Box component="form" onSubmit={submit}>
          <DialogContent sx={{ display: "grid", gap: 2, pt: "8px !important" }}>
            <Fields shown={shown} errors={fieldErrorsOf(save.error)} />
            <FormError error={save.error} fields={["name", "text", "entries"]} />
          </DialogContent>
          <DialogActions sx={{ px: 3, pb: 2.5 }}>
            <Button color="inherit" onClick={onClose}>
              Back
            </Button>
            {shown.is_mine ? (
              <Button type="submit" variant="contained" loading={save.isPending}>
                Save
              </Button>
            ) : null}
          </DialogActions>
        </Box>
      )}
    </Dialog>
  );
}

function Fields({ shown, errors }: { readonly shown: Shown; readonly errors: FieldErrors }) {
  const disabled = !shown.is_mine;
  const ofEntries = errors("entries") ?? errors("text");
  return (
    <>
      <TextField
        name="name"
        label="Name"
        size="small"
        required
        disabled={disabled}
        defaultValue={shown.name}
        error={errors("name") !== undefined}
        helperText={errors("name") ?? "Lower case letters, digits, - and /"}
      />
      <TextField
        name="text"
        label="Entries"
        required
        multiline
        minRows={8}
        maxRows={18}
        disabled={disabled}
        defaultValue={shown.entries.join("\n")}
        placeholder={"red fox\n3::white owl\na {young|old} badger"}
        error={ofEntries !== undefined}
        helperText={ofEntries ?? HELP}
        slotProps={{ inputLabel: { shrink: true } }}
      />
      <FormControlLabel
        control={<Switch name="shared" defaultChecked={shown.is_shared} disabled={disabled} />}
        label="All users may use it"
      />
    </>
  );
}
