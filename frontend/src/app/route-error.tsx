import Button from "@mui/material/Button";
import { Unplug } from "lucide-react";
import { Component, type ReactNode } from "react";
import { useLocation } from "react-router";
import { EmptyState } from "@/ui/empty-state";
import { Page } from "@/ui/page";
import { ProblemState } from "@/ui/problem-state";

const reload = () => window.location.reload();

/** Shown while the code of a page cannot be loaded. It is loaded again by itself once the server answers. */
export function CodeNotLoaded() {
  return (
    <Page title="This page could not be loaded" isHeadingHidden>
      <EmptyState
        icon={Unplug}
        title="This page could not be loaded"
        action={
          <Button variant="contained" onClick={reload}>
            Reload
          </Button>
        }
      >
        The server cannot be reached, or Genonaut was updated after this tab was opened. Trying again…
      </EmptyState>
    </Page>
  );
}

/** Shows an error in place of the page that threw it, until another page is opened. */
export function RouteBoundary({ children }: { readonly children: ReactNode }) {
  const { pathname } = useLocation();
  return <Boundary path={pathname}>{children}</Boundary>;
}

interface BoundaryProps {
  readonly path: string;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly error: unknown;
  readonly path: string;
}

class Boundary extends Component<BoundaryProps, BoundaryState> {
  override readonly state: BoundaryState = { error: null, path: this.props.path };

  static getDerivedStateFromError(error: unknown): Partial<BoundaryState> {
    return { error };
  }

  static getDerivedStateFromProps({ path }: BoundaryProps, state: BoundaryState): BoundaryState | null {
    return path === state.path ? null : { error: null, path };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <Page title="Something went wrong" isHeadingHidden>
        <ProblemState error={this.state.error} onRetry={reload} />
      </Page>
    );
  }
}
