import { Outlet, useLocation } from "react-router";
import { Page } from "@/ui/page";
import { TabLinks } from "@/ui/tab-links";

const TABS = [
  { path: "/generate", label: "Create", title: "Generate" },
  { path: "/generate/history", label: "History", title: "History" },
  { path: "/generate/grids", label: "Grids", title: "Grids" },
] as const;

/** Generate images, and browse the history of jobs. */
export function GeneratePage() {
  const { pathname } = useLocation();
  const tab = TABS.find(({ path }) => path === pathname) ?? TABS[0];
  return (
    <Page title="Generate" tabTitle={tab.title} isHeadingHidden>
      <TabLinks label="Generate" current={tab.path} links={TABS} />
      <Outlet />
    </Page>
  );
}
