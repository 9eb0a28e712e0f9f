import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogContentText from "@mui/material/DialogContentText";
import DialogTitle from "@mui/material/DialogTitle";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import type { FormEvent } from "react";
import { fieldErrorsOf } from "@/api/field-errors";
import { FormError } from "@/ui/form-error";
import { Dialog } from "@/ui/overlays";
import { useToast } from "@/ui/toast";
import { ArchitectureField, chosenArchitecture } from "./architecture-field";
import { useAddModel } from "./model-queries";

/** ComfyUI's model folders. */
const FOLDERS = [
  "checkpoints",
  "loras",
  "diffusion_models",
  "vae",
  "text_encoders",
  "controlnet",
  "embeddings",
  "upscale_models",
] as const;

/** Adds a model that no scan has found, such as one on a ComfyUI server that is not up yet. */
export function NewModelDialog({ onClose }: { readonly onClose: () => void }) {
  const add = useAddModel();
  const toast = useToast();
  const errors = fieldErrorsOf(add.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name)).trim();
    const architecture = chosenArchitecture(form);
    add.mutate(
      {
        folder: text("folder"),
        name: text("name"),
        enabled: true,
        ...(text("display_name") === "" ? {} : { display_name: text("display_name") }),
        ...(architecture === null ? {} : { architecture }),
      },
      {
        onSuccess: (model) => {
          toast({ message: `${model.display_name} added to the catalogue`, severity: "success" });
          onClose();
        },
      },
    );
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby="new-model-title" maxWidth="xs" fullWidth>
      <DialogTitle id="new-model-title">Add a model manually</DialogTitle>
      <Box component="form" onSubmit={submit}>
        <DialogContent sx={{ display: "grid", gap: 2 }}>
          <DialogContentText>
            Enter the folder and file name that ComfyUI uses. The model can be used once a ComfyUI server has
            it.
          </DialogContentText>
          <TextField name="folder" select label="Folder" size="small" defaultValue={FOLDERS[0]}>
            {FOLDERS.map((folder) => (
              <MenuItem key={folder} value={folder}>
                {folder}
              </MenuItem>
            ))}
          </TextField>
          <TextField
            name="name"
            label="File name"
            size="small"
            required
            autoFocus
            autoComplete="off"
            placeholder="style/watercolour.safetensors"
            error={errors("name") !== undefined}
            helperText={errors("name")}
            slotProps={{ inputLabel: { shrink: true } }}
          />
          <TextField
            name="display_name"
            label="Display name"
            size="small"
            autoComplete="off"
            error={errors("display_name") !== undefined}
            helperText={errors("display_name")}
          />
          <ArchitectureField
            defaultValue=""
            emptyLabel="Detect from the name"
            error={errors("architecture")}
          />
          <FormError error={add.error} fields={["name", "display_name", "architecture"]} />
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2.5 }}>
          <Button color="inherit" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="contained" loading={add.isPending}>
            Add
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}
