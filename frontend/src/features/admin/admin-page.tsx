import Box from "@mui/material/Box";
import Tab from "@mui/material/Tab";
import Tabs from "@mui/material/Tabs";
import { LockKeyhole } from "lucide-react";
import { Link, Outlet, useLocation } from "react-router";
import { useIsAdmin } from "@/features/session";
import { EmptyState } from "@/ui/empty-state";
import { Page } from "@/ui/page";

const TABS = [
  { path: "/admin/overview", label: "Overview" },
  { path: "/admin", label: "Queue" },
  { path: "/admin/models", label: "Models" },
  { path: "/admin/servers", label: "System" },
  { path: "/admin/storage", label: "Storage" },
  { path: "/admin/users", label: "Users" },
  { path: "/admin/announcements", label: "Announcements" },
  { path: "/admin/log", label: "Audit log" },
] as const;

/** Administration; shows only a notice to other users. */
export function AdminPage() {
  const isAdmin = useIsAdmin();
  const { pathname } = useLocation();
  const tab = TABS.find(({ path }) => path === pathname) ?? TABS[0];
  if (!isAdmin) {
    return (
      <Page title="Admin" isHeadingHidden>
        <EmptyState icon={LockKeyhole} title="Only administrators can see this page">
          Ask an administrator if you need access.
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page title="Admin" tabTitle={`${tab.label}, admin`} isHeadingHidden>
      <Box sx={{ borderBottom: 1, borderColor: "divider", mb: 3, mt: -1.5 }}>
        <Tabs value={tab.path} aria-label="Admin" variant="scrollable" allowScrollButtonsMobile>
          {TABS.map(({ path, label }) => (
            <Tab key={path} value={path} label={label} component={Link} to={path} />
          ))}
        </Tabs>
      </Box>
      <Outlet />
    </Page>
  );
}
