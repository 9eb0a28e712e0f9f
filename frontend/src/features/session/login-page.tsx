import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { Navigate, Link as RouterLink, useNavigate, useSearchParams } from "react-router";
import { messageOf } from "@/api/problem";
import { TextField } from "@/ui/text-field";
import { AuthLayout } from "./auth-layout";
import { authOptionsQuery, useLogin } from "./queries";
import { safeReturn } from "./safe-return";

/** The login form. Returns to the page that the user tried to open. */
export function LoginPage() {
  const options = useQuery(authOptionsQuery).data;
  const login = useLogin();
  const navigate = useNavigate();
  const [address] = useSearchParams();
  const next = safeReturn(address.get("next"));
  if (options?.mode === "single-user") return <Navigate to={next} replace />;
  if (options?.is_set_up === false) return <Navigate to="/register" replace />;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    login.mutate(
      { username: String(form.get("username")).trim(), password: String(form.get("password")) },
      { onSuccess: () => void navigate(next, { replace: true }) },
    );
  };
  return (
    <AuthLayout title="Log in">
      <Box component="form" onSubmit={submit} sx={{ display: "grid", gap: 2 }}>
        <TextField name="username" label="User name" autoComplete="username" autoFocus required />
        <TextField
          name="password"
          label="Password"
          type="password"
          autoComplete="current-password"
          required
        />
        {login.error ? <Alert severity="error">{messageOf(login.error)}</Alert> : null}
        <Button type="submit" variant="contained" size="large" loading={login.isPending}>
          Log in
        </Button>
        {options?.registration === "open" ? (
          <Typography variant="body2" sx={{ color: "text.secondary" }}>
            New here?{" "}
            <Link component={RouterLink} to="/register">
              Create an account
            </Link>
          </Typography>
        ) : null}
      </Box>
    </AuthLayout>
  );
}
