import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { authOptionsQuery } from "./queries";

const FAILURES: Record<string, string> = {
  login_expired: "The login took too long or was begun in another tab. Log in again.",
  login_refused: "The login was refused. Log in again, or ask an administrator.",
  no_account: "You have no active account here. Ask an administrator for one.",
  provider_unavailable: "The login service does not answer. Try again in a minute.",
};

/** The button to log in at the identity provider; returns to `next`. Nothing without a provider. */
export function ExternalLogin({ next }: { next: string }) {
  const oidc = useQuery(authOptionsQuery).data?.oidc;
  if (!oidc) return null;
  const address = `/api/v1/auth/oidc/login?${new URLSearchParams({ next })}`;
  return (
    <Button href={address} variant="contained" size="large">
      Log in with {oidc.name}
    </Button>
  );
}

/** Why the last login by another system failed, by the code in the address. */
export function LoginFailure({ code }: { code: string | null }) {
  if (code === null) return null;
  return <Alert severity="error">{FAILURES[code] ?? "The login failed. Log in again."}</Alert>;
}
