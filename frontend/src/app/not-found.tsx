import Button from "@mui/material/Button";
import { Compass } from "lucide-react";
import { Link } from "react-router";
import { EmptyState } from "@/ui/empty-state";
import { Page } from "@/ui/page";

export function NotFound() {
  return (
    <Page title="Nothing here" isHeadingHidden>
      <EmptyState
        icon={Compass}
        title="There is no such page"
        action={
          <Button variant="contained" component={Link} to="/">
            To the dashboard
          </Button>
        }
      >
        The address may be old, or a letter of it missing.
      </EmptyState>
    </Page>
  );
}
