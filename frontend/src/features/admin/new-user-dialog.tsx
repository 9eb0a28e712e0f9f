import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import type { FormEvent } from "react";
import { fieldErrorsOf } from "@/api/field-errors";
import { FormError } from "@/ui/form-error";
import { Dialog } from "@/ui/overlays";
import { useCreateUser } from "./queries";

export function NewUserDialog({ onClose }: { readonly onClose: () => void }) {
  const create = useCreateUser();
  const errors = fieldErrorsOf(create.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    create.mutate(
      {
        username: String(form.get("username")).trim(),
        password: String(form.get("password")),
        role: form.get("role") === "admin" ? "admin" : "user",
      },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby="new-user-title" maxWidth="xs" fullWidth>
      <DialogTitle id="new-user-title">New user</DialogTitle>
      <Box component="form" onSubmit={submit}>
        <DialogContent sx={{ display: "grid", gap: 2, pt: "8px !important" }}>
          <TextField
            name="username"
            label="Username"
            size="small"
            required
            autoFocus
            autoComplete="off"
            error={errors("username") !== undefined}
            helperText={errors("username")}
          />
          <TextField
            name="password"
            label="Initial password"
            type="password"
            size="small"
            required
            autoComplete="new-password"
            error={errors("password") !== undefined}
            helperText={errors("password")}
          />
          <TextField name="role" select label="Role" size="small" defaultValue="user">
            <MenuItem value="user">User</MenuItem>
            <MenuItem value="admin">Administrator</MenuItem>
          </TextField>
          <FormError error={create.error} fields={["username", "password"]} />
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2.5 }}>
          <Button color="inherit" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="contained" loading={create.isPending}>
            Create
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}
