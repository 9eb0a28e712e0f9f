import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { Navigate, Link as RouterLink, useNavigate } from "react-router";
import { fieldErrorsOf } from "@/api/field-errors";
import { messageOf } from "@/api/problem";
import { AuthLayout } from "./auth-layout";
import { authOptionsQuery, useRegister } from "./queries";

/** The first person becomes the administrator; later ones may come while registration is open. */
export function RegisterPage() {
  const options = useQuery(authOptionsQuery).data;
  const register = useRegister();
  const navigate = useNavigate();
  const isFirst = options?.is_set_up === false;
  if (options?.mode === "single-user") return <Navigate to="/" replace />;
  // Who has just registered is on the way in, although nobody else may follow.
  const isOnTheWay = register.isPending || register.isSuccess;
  if (options !== undefined && !isFirst && !isOnTheWay && options.registration !== "open")
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
    <AuthLayout title={isFirst ? "Welcome" : "Make an account"}>
      <Box component="form" onSubmit={submit} sx={{ display: "grid", gap: 2 }}>
        {isFirst ? (
          <Typography sx={{ color: "text.secondary" }}>
            The first account looks after this installation. From another machine, the setup token from the
            server's log is needed.
          </Typography>
        ) : null}
        <TextField
          name="username"
          label="Name"
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
            helperText={errors("setup_token") ?? "Not needed on the server itself"}
          />
        ) : null}
        {register.error ? <Alert severity="error">{messageOf(register.error)}</Alert> : null}
        <Button type="submit" variant="contained" size="large" loading={register.isPending}>
          Begin
        </Button>
        {isFirst ? null : (
          <Typography variant="body2">
            <Link component={RouterLink} to="/login">
              I have an account
            </Link>
          </Typography>
        )}
      </Box>
    </AuthLayout>
  );
}
