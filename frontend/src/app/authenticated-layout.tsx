import { LiveUpdates } from "./live-updates";
import { RequireLogin } from "./shell/require-login";
import { Shell } from "./shell/shell";

/** Everything for those who are logged in; its connections close when it goes. */
export function AuthenticatedLayout() {
  return (
    <RequireLogin>
      <LiveUpdates>
        <Shell />
      </LiveUpdates>
    </RequireLogin>
  );
}
