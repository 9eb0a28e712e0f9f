import Button from "@mui/material/Button";
import { Unplug } from "lucide-react";
import { useRouteError } from "react-router";
import { EmptyState } from "@/ui/empty-state";
import { Page } from "@/ui/page";
import { ProblemState } from "@/ui/problem-state";

/** What Chromium, Firefox and Safari say of code that could not be loaded. */
const NOT_LOADED = /dynamically imported module|importing a module script failed|unable to preload/i;

/** A page failed, or its code could not be loaded, as after an update of the server. */
export function RouteError() {
  const error = useRouteError();
  const reload = () => window.location.reload();
  const isNotLoaded = error instanceof Error && NOT_LOADED.test(error.message);
  return (
    <Page title="Something broke" isHeadingHidden>
      {isNotLoaded ? (
        <EmptyState
          icon={Unplug}
          title="This page could not be loaded"
          action={
            <Button variant="contained" onClick={reload}>
              Reload
            </Button>
          }
        >
          The server cannot be reached, or Genonaut was updated since this tab was opened.
        </EmptyState>
      ) : (
        <ProblemState error={error} onRetry={reload} />
      )}
    </Page>
  );
}
