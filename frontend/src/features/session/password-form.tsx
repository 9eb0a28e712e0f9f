import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import type { FormEvent } from "react";
import { useNavigate } from "react-router";
import { messageOf } from "@/api/problem";
import { TextField } from "@/ui/text-field";
import { useLogin } from "./queries";

/** User name and password; opens `next` after the login. */
export function PasswordForm({ next }: { next: string }) {
  const login = useLogin();
  const navigate = useNavigate();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    login.mutate(
      { username: String(form.get("username")).trim(), password: String(form.get("password")) },
      { onSuccess: () => void navigate(next, { replace: true }) },
    );
  };
  return (
    <Box component="form" onSubmit={submit} sx={{ display: "grid", gap: 2 }}>
      <TextField name="username" label="User name" autoComplete="username" autoFocus required />
      <TextField name="password" label="Password" type="password" autoComplete="current-password" required />
      {login.error ? <Alert severity="error">{messageOf(login.error)}</Alert> : null}
      <Button type="submit" variant="contained" size="large" loading={login.isPending}>
        Log in
      </Button>
    </Box>
  );
}
