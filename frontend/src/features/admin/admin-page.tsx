import { LockKeyhole } from "lucide-react";
import { Outlet, useLocation } from "react-router";
import { useIsAdmin } from "@/features/session";
import { EmptyState } from "@/ui/empty-state";
import { Page } from "@/ui/page";
import { TabLinks } from "@/ui/tab-links";

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
      <TabLinks label="Admin" current={tab.path} links={TABS} />
      <Outlet />
    </Page>
  );
}
