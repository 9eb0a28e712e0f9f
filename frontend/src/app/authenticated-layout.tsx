import { GlobalDrop } from "@/features/import";
import { LoginDialog } from "@/features/session";
import { LiveUpdates } from "./live-updates";
import { RequireLogin } from "./shell/require-login";
import { Shell } from "./shell/shell";

/** Layout of all pages that need a login. Its websockets close when it unmounts. */
export function AuthenticatedLayout() {
  return (
    <RequireLogin>
      <LiveUpdates>
        <Shell />
        <GlobalDrop />
      </LiveUpdates>
      <LoginDialog />
    </RequireLogin>
  );
}
