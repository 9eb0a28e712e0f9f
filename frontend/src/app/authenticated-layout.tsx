import { LoginDialog } from "@/features/session";
import { lazyPart } from "@/lib/code";
import { LiveUpdates } from "./live-updates";
import { RequireLogin } from "./shell/require-login";
import { Shell } from "./shell/shell";

const GlobalDrop = lazyPart(async () => (await import("@/features/import/global-drop")).GlobalDrop, {
  Loading: () => null,
});

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
