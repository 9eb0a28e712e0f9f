import { LoginDialog } from "@/features/session";
import { lazyPart } from "@/lib/code";
import { LiveUpdates } from "./live-updates";
import { RequireLogin } from "./shell/require-login";
import { Shell } from "./shell/shell";

const GlobalDrop = lazyPart(async () => (await import("@/features/import/global-drop")).GlobalDrop, {
  Loading: () => null,
});

const AnyImageMenu = lazyPart(
  async () => (await import("@/features/operations/any-image-menu")).AnyImageMenu,
  { Loading: () => null },
);

/** Layout of all pages that need a login. Its websockets close when it unmounts. */
export function AuthenticatedLayout() {
  return (
    <RequireLogin>
      <LiveUpdates>
        <Shell />
        <GlobalDrop />
        <AnyImageMenu />
      </LiveUpdates>
      <LoginDialog />
    </RequireLogin>
  );
}
