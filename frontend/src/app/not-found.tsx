import Button from "@mui/material/Button";
import { Compass } from "lucide-react";
import { Link } from "react-router";
import { EmptyState } from "@/ui/empty-state";
import { Page } from "@/ui/page";

export function NotFound() {
  return (
    <Page title="Page not found" isHeadingHidden>
      <EmptyState
        icon={Compass}
        title="This page does not exist"
        action={
          <Button variant="contained" component={Link} to="/">
            Go to dashboard
          </Button>
        }
      >
        The link may be outdated or mistyped.
      </EmptyState>
    </Page>
  );
}
