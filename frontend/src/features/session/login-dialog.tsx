import { useEffect, useSyncExternalStore } from "react";
import { loginGate } from "@/api/login-gate";
import { lazyPart } from "@/lib/code";
import { listenToOtherTabs } from "./other-tabs";
import { useLeave, useMe } from "./queries";

const LoginAgain = lazyPart(async () => (await import("./login-again")).LoginAgain, { Loading: () => null });

/**
 * Asks for the password over the page when the session has ended. The page keeps its state, and the
 * requests that were rejected are repeated after the login.
 */
export function LoginDialog() {
  const isOpen = useSyncExternalStore(loginGate.subscribe, loginGate.isLoginNeeded);
  useOtherTabs();
  return isOpen ? <LoginAgain /> : null;
}

/** Follow logins and logouts in other tabs, with which this tab shares its session. */
function useOtherTabs(): void {
  const { username } = useMe();
  const leave = useLeave();
  useEffect(
    () =>
      listenToOtherTabs((event) => {
        if (event.event === "logout") {
          leave();
        } else if (event.username === username) {
          loginGate.pass();
        } else {
          window.location.reload();
        }
      }),
    [leave, username],
  );
}
