import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import type { FormEvent } from "react";
import { fieldErrorsOf } from "@/api/field-errors";
import { useMe } from "@/features/session";
import { FormError } from "@/ui/form-error";
import { Panel } from "@/ui/panel";
import { TextField } from "@/ui/text-field";
import { useToast } from "@/ui/toast";
import { useChangeProfile } from "./queries";

/** User name and email address of the user. */
export function ProfileSection() {
  const me = useMe();
  const change = useChangeProfile();
  const toast = useToast();
  const errors = fieldErrorsOf(change.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const email = String(form.get("email")).trim();
    change.mutate(
      { username: String(form.get("username")).trim(), email: email === "" ? null : email },
      { onSuccess: () => toast({ message: "Saved", severity: "success" }) },
    );
  };
  return (
    <Panel title="Profile" description={me.role === "admin" ? "You are an administrator." : undefined}>
      <Box component="form" onSubmit={submit} sx={{ display: "grid", gap: 2 }}>
        <Box sx={{ display: "grid", gap: 2, gridTemplateColumns: { sm: "1fr 1fr" } }}>
          <TextField
            name="username"
            label="User name"
            size="small"
            required
            autoComplete="username"
            defaultValue={me.username}
            error={errors("username") !== undefined}
            helperText={errors("username")}
          />
          <TextField
            name="email"
            label="Email"
            type="email"
            size="small"
            autoComplete="email"
            defaultValue={me.email ?? ""}
            error={errors("email") !== undefined}
            helperText={errors("email")}
          />
        </Box>
        <FormError error={change.error} fields={["username", "email"]} />
        <Button type="submit" variant="outlined" loading={change.isPending} sx={{ justifySelf: "start" }}>
          Save
        </Button>
      </Box>
    </Panel>
  );
}
