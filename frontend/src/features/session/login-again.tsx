import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { type FormEvent, useId } from "react";
import { useLocation, useNavigate } from "react-router";
import { messageOf } from "@/api/problem";
import { Dialog } from "@/ui/overlays";
import { TextField } from "@/ui/text-field";
import { ExternalLogin } from "./external-login";
import { useLoginAgain, useMe } from "./queries";

/** The dialog that asks for the password of the user whose session has ended. */
export function LoginAgain() {
  const { username, has_password } = useMe();
  const { pathname, search } = useLocation();
  const login = useLoginAgain();
  const chooseAccount = useOtherAccount();
  const titleId = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    // Submit events of a dialog also reach the forms around it in the React tree.
    event.stopPropagation();
    login.mutate({ username, password: String(new FormData(event.currentTarget).get("password")) });
  };
  return (
    <Dialog
      open
      aria-labelledby={titleId}
      maxWidth="xs"
      fullWidth
      slotProps={{ backdrop: { sx: { backdropFilter: "blur(6px)" } } }}
    >
      <DialogTitle id={titleId}>Log in again</DialogTitle>
      <DialogContent>
        <Box component="form" onSubmit={submit} sx={{ display: "grid", gap: 2 }}>
          <Box>
            Your session has ended. Log in to continue{has_password ? "; this page keeps your work" : ""}.
          </Box>
          {has_password ? (
            <PasswordField username={username} error={login.error} isPending={login.isPending} />
          ) : (
            <ExternalLogin next={pathname + search} />
          )}
          <Button color="inherit" onClick={chooseAccount}>
            Use another account
          </Button>
        </Box>
      </DialogContent>
    </Dialog>
  );
}

/** The password of the user whose session has ended. */
function PasswordField({
  username,
  error,
  isPending,
}: {
  username: string;
  error: Error | null;
  isPending: boolean;
}) {
  return (
    <>
      <TextField
        name="username"
        label="User name"
        autoComplete="username"
        value={username}
        slotProps={{ htmlInput: { readOnly: true } }}
      />
      <TextField
        name="password"
        label="Password"
        type="password"
        autoComplete="current-password"
        autoFocus
        required
      />
      {error ? <Alert severity="error">{messageOf(error)}</Alert> : null}
      <Button type="submit" variant="contained" size="large" loading={isPending}>
        Log in
      </Button>
    </>
  );
}

/** Return a function that opens the login page, which later returns to this page. */
function useOtherAccount(): () => void {
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  return () => void navigate(`/login?${new URLSearchParams({ next: pathname + search })}`);
}
