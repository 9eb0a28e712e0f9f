import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import TextField from "@mui/material/TextField";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useId, useSyncExternalStore } from "react";
import { useLocation, useNavigate } from "react-router";
import { loginGate } from "@/api/login-gate";
import { messageOf } from "@/api/problem";
import { listenToOtherTabs } from "./other-tabs";
import { useLoginAgain, useMe } from "./queries";

/**
 * Asks for the password over the page when the session has ended. The page keeps its state, and the
 * requests that were rejected are repeated after the login.
 */
export function LoginDialog() {
  const isOpen = useSyncExternalStore(loginGate.subscribe, loginGate.isLoginNeeded);
  useOtherTabs();
  return isOpen ? <OpenDialog /> : null;
}

function OpenDialog() {
  const { username } = useMe();
  const login = useLoginAgain();
  const leave = useLeave();
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
          <Box>Your session has ended. Log in to continue; this page keeps your work.</Box>
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
          {login.error ? <Alert severity="error">{messageOf(login.error)}</Alert> : null}
          <Button type="submit" variant="contained" size="large" loading={login.isPending}>
            Log in
          </Button>
          <Button color="inherit" onClick={leave}>
            Use another account
          </Button>
        </Box>
      </DialogContent>
    </Dialog>
  );
}

/** Return a function that opens the login page, which later returns to this page. */
function useLeave(): () => void {
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  return () => void navigate(`/login?${new URLSearchParams({ next: pathname + search })}`);
}

/** Follow logins and logouts in other tabs, with which this tab shares its session. */
function useOtherTabs(): void {
  const { username } = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  useEffect(
    () =>
      listenToOtherTabs((event) => {
        if (event.event === "logout") {
          void navigate("/login", { replace: true })?.then(() => client.clear());
        } else if (event.username === username) {
          loginGate.pass();
        } else {
          window.location.reload();
        }
      }),
    [client, navigate, username],
  );
}
