import Button from "@mui/material/Button";
import { Unplug } from "lucide-react";
import { useRouteError } from "react-router";
import { EmptyState } from "@/ui/empty-state";
import { Page } from "@/ui/page";
import { ProblemState } from "@/ui/problem-state";

/** Error messages of Chromium, Firefox and Safari for code that cannot be loaded. */
const CODE_NOT_LOADED = /dynamically imported module|importing a module script failed|unable to preload/i;

/** Shown when a page throws, or when its code cannot be loaded, as after an update of the server. */
export function RouteError() {
  const error = useRouteError();
  const reload = () => window.location.reload();
  const isNotLoaded = error instanceof Error && CODE_NOT_LOADED.test(error.message);
  return (
    <Page title="Something went wrong" isHeadingHidden>
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
          The server cannot be reached, or Genonaut was updated after this tab was opened.
        </EmptyState>
      ) : (
        <ProblemState error={error} onRetry={reload} />
      )}
    </Page>
  );
}
