import Box from "@mui/material/Box";
import Tab from "@mui/material/Tab";
import Tabs from "@mui/material/Tabs";
import { Link, Outlet, useLocation } from "react-router";
import { Page } from "@/ui/page";

const HISTORY = "/generate/history";

/** Generate images, and browse the history of jobs. */
export function GeneratePage() {
  const { pathname } = useLocation();
  const tab = pathname === HISTORY ? HISTORY : "/generate";
  return (
    <Page title="Generate" tabTitle={tab === HISTORY ? "History" : "Generate"} isHeadingHidden>
      <Box sx={{ borderBottom: 1, borderColor: "divider", mb: 3, mt: -1.5 }}>
        <Tabs value={tab} aria-label="Generate">
          <Tab label="Create" value="/generate" component={Link} to="/generate" />
          <Tab label="History" value={HISTORY} component={Link} to={HISTORY} />
        </Tabs>
      </Box>
      <Outlet />
    </Page>
  );
}
