import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { Navigate, Link as RouterLink, useNavigate } from "react-router";
import { fieldErrorsOf } from "@/api/field-errors";
import { FormError } from "@/ui/form-error";
import { TextField } from "@/ui/text-field";
import { AuthLayout } from "./auth-layout";
import { authOptionsQuery, useRegister } from "./queries";

/** The registration form. The first user becomes the administrator; others need open registration. */
export function RegisterPage() {
  const options = useQuery(authOptionsQuery).data;
  const register = useRegister();
  const navigate = useNavigate();
  const isFirst = options?.is_set_up === false;
  if (options?.mode === "single-user") return <Navigate to="/" replace />;
  // The user who has just registered stays here until logged in, although registration may be closed.
  const isRegistering = register.isPending || register.isSuccess;
  if (options !== undefined && !isFirst && !isRegistering && options.registration !== "open")
    return <Navigate to="/login" replace />;
  const errors = fieldErrorsOf(register.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const token = String(form.get("setup_token") ?? "").trim();
    register.mutate(
      {
        username: String(form.get("username")).trim(),
        password: String(form.get("password")),
        ...(token === "" ? {} : { setup_token: token }),
      },
      { onSuccess: () => void navigate("/", { replace: true }) },
    );
  };
  return (
    <AuthLayout title={isFirst ? "Welcome" : "Create an account"}>
      <Box component="form" onSubmit={submit} sx={{ display: "grid", gap: 2 }}>
        {isFirst ? (
          <Typography sx={{ color: "text.secondary" }}>
            The first account is the administrator of this installation. On another machine than the server
            you need the setup token from the server's log.
          </Typography>
        ) : null}
        <TextField
          name="username"
          label="User name"
          autoComplete="username"
          autoFocus
          required
          error={errors("username") !== undefined}
          helperText={errors("username")}
        />
        <TextField
          name="password"
          label="Password"
          type="password"
          autoComplete="new-password"
          required
          error={errors("password") !== undefined}
          helperText={errors("password")}
        />
        {isFirst ? (
          <TextField
            name="setup_token"
            label="Setup token"
            autoComplete="off"
            error={errors("setup_token") !== undefined}
            helperText={errors("setup_token") ?? "Not needed on the server machine"}
          />
        ) : null}
        <FormError error={register.error} fields={["username", "password", "setup_token"]} />
        <Button type="submit" variant="contained" size="large" loading={register.isPending}>
          Create account
        </Button>
        {isFirst ? null : (
          <Typography variant="body2">
            <Link component={RouterLink} to="/login">
              I already have an account
            </Link>
          </Typography>
        )}
      </Box>
    </AuthLayout>
  );
}
