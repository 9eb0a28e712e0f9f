import { useRouteError } from "react-router";
import { Page } from "@/ui/page";
import { ProblemState } from "@/ui/problem-state";

/** A page failed, or its code could not be loaded, as after an update of the server. */
export function RouteError() {
  const error = useRouteError();
  return (
    <Page title="Something broke" isHeadingHidden>
      <ProblemState error={error} onRetry={() => window.location.reload()} />
    </Page>
  );
}
