import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Divider from "@mui/material/Divider";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Navigate, Link as RouterLink, useNavigate, useSearchParams } from "react-router";
import { messageOf } from "@/api/problem";
import { AuthLayout } from "./auth-layout";
import { ExternalLogin, LoginFailure } from "./external-login";
import { PasswordForm } from "./password-form";
import { authOptionsQuery, useProxyLogin } from "./queries";
import { safeReturn } from "./safe-return";

/** The ways to log in. Returns to the page that the user tried to open. */
export function LoginPage() {
  const options = useQuery(authOptionsQuery).data;
  const [address] = useSearchParams();
  const next = safeReturn(address.get("next"));
  if (options?.mode === "single-user") return <Navigate to={next} replace />;
  if (options?.is_set_up === false) return <Navigate to="/register" replace />;
  const hasPasswords = options?.local_passwords !== false;
  return (
    <AuthLayout title="Log in">
      <Box sx={{ display: "grid", gap: 2 }}>
        <LoginFailure code={address.get("error")} />
        {options?.proxy_login ? <ProxyLogin next={next} /> : null}
        <ExternalLogin next={next} />
        {options?.oidc && hasPasswords ? <Divider>or</Divider> : null}
        {hasPasswords ? <PasswordForm next={next} /> : null}
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

/** Logs in the user whom the reverse proxy names, as soon as the page opens. */
function ProxyLogin({ next }: { next: string }) {
  const { mutate, error } = useProxyLogin();
  const navigate = useNavigate();
  useEffect(() => {
    mutate(undefined, { onSuccess: () => void navigate(next, { replace: true }) });
  }, [mutate, navigate, next]);
  if (error === null) return <Typography>Logging in …</Typography>;
  return <Alert severity="error">{messageOf(error)}</Alert>;
}
