import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import type { FormEvent } from "react";
import { fieldErrorsOf } from "@/api/field-errors";
import { useMe } from "@/features/session";
import { FormError } from "@/ui/form-error";
import { Panel } from "@/ui/panel";
import { TextField } from "@/ui/text-field";
import { useToast } from "@/ui/toast";
import { useChangePassword } from "./queries";

/** Changes the password of the user. */
export function PasswordSection() {
  const me = useMe();
  const change = useChangePassword();
  const toast = useToast();
  const errors = fieldErrorsOf(change.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const element = event.currentTarget;
    const form = new FormData(element);
    change.mutate(
      {
        current_password: me.has_password ? String(form.get("current")) : null,
        new_password: String(form.get("new")),
        revoke_api_keys: form.get("revoke") !== null,
      },
      {
        onSuccess: () => {
          element.reset();
          toast({ message: "Password changed", severity: "success" });
        },
      },
    );
  };
  return (
    <Panel title="Password">
      <Box component="form" onSubmit={submit} sx={{ display: "grid", gap: 2 }}>
        <Box sx={{ display: "grid", gap: 2, gridTemplateColumns: { sm: "1fr 1fr" } }}>
          {me.has_password ? (
            <TextField
              name="current"
              label="Current password"
              type="password"
              size="small"
              required
              autoComplete="current-password"
              error={errors("current_password") !== undefined}
              helperText={errors("current_password")}
            />
          ) : null}
          <TextField
            name="new"
            label="New password"
            type="password"
            size="small"
            required
            autoComplete="new-password"
            error={errors("new_password") !== undefined}
            helperText={errors("new_password")}
          />
        </Box>
        <FormControlLabel
          control={<Checkbox name="revoke" size="small" />}
          label="Also revoke all API keys"
        />
        <FormError error={change.error} fields={["current_password", "new_password"]} />
        <Button type="submit" variant="outlined" loading={change.isPending} sx={{ justifySelf: "start" }}>
          Change password
        </Button>
      </Box>
    </Panel>
  );
}
