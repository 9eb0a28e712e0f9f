import Alert from "@mui/material/Alert";
import { useIsReachable } from "./use-is-reachable";

interface ConnectionNoticeProps {
  /** Whether the page checks for changes because its websocket is disconnected. */
  readonly isPolling: boolean;
}

/** Says how the page gets its updates when it is not live. */
export function ConnectionNotice({ isPolling }: ConnectionNoticeProps) {
  const isReachable = useIsReachable();
  if (isReachable && !isPolling) return null;
  return (
    <Alert severity="warning" variant="outlined">
      {isReachable
        ? "The live connection is down. Checking every 2 seconds."
        : "The server cannot be reached. This page is updated as soon as it answers."}
    </Alert>
  );
}
