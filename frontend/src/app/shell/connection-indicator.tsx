import Box from "@mui/material/Box";
import { useSyncExternalStore } from "react";
import { loginGate } from "@/api/login-gate";
import { useJobLiveness } from "@/features/jobs";
import { useIsReachable, useReachabilityChecks } from "@/features/session";
import { Tooltip } from "@/ui/tooltip";

interface Appearance {
  readonly label: string;
  readonly explanation: string;
  readonly color: string;
}

const OFFLINE: Appearance = {
  label: "Offline",
  explanation: "The server cannot be reached. This page may be out of date.",
  color: "error.main",
};
const LOGGED_OUT: Appearance = {
  label: "Logged out",
  explanation: "Your session has ended. Log in to continue.",
  color: "error.main",
};
const APPEARANCES: Record<ReturnType<typeof useJobLiveness>, Appearance> = {
  live: { label: "Live", explanation: "Updates arrive in real time.", color: "success.main" },
  polling: {
    label: "Polling",
    explanation: "The live connection is lost. Checking every 2 seconds until it is restored.",
    color: "warning.main",
  },
  connecting: { label: "Connecting", explanation: "Opening the live connection.", color: "text.disabled" },
  off: { label: "Ready", explanation: "This page has no live updates.", color: "text.disabled" },
};

/** Shows whether the page receives live updates. */
export function ConnectionIndicator() {
  const liveness = useJobLiveness();
  const isReachable = useIsReachable();
  useReachabilityChecks();
  const isLoggedOut = useSyncExternalStore(loginGate.subscribe, loginGate.isLoginNeeded);
  const appearance = isLoggedOut ? LOGGED_OUT : APPEARANCES[liveness];
  const { label, explanation, color } = isReachable ? appearance : OFFLINE;
  return (
    <Tooltip title={explanation}>
      <Box
        role="status"
        data-liveness={isReachable ? liveness : "offline"}
        sx={{
          display: "flex",
          alignItems: "center",
          gap: 1,
          px: { xs: 1, sm: 1.25 },
          height: 30,
          borderRadius: 99,
          border: { sm: 1 },
          borderColor: { sm: "divider" },
          color: "text.secondary",
          fontSize: "0.8rem",
          fontWeight: 600,
        }}
      >
        <Box
          aria-hidden
          sx={{ width: 8, height: 8, borderRadius: 99, bgcolor: color, transition: "background-color 200ms" }}
        />
        <Box component="span" sx={{ display: { xs: "none", sm: "inline" } }}>
          {label}
        </Box>
        <Box component="span" sx={{ display: { sm: "none" }, position: "absolute", clipPath: "inset(50%)" }}>
          {label}
        </Box>
      </Box>
    </Tooltip>
  );
}
