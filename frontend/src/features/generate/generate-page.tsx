import { Outlet, useLocation } from "react-router";
import { Page } from "@/ui/page";
import { TabLinks } from "@/ui/tab-links";

const HISTORY = "/generate/history";
const TABS = [
  { path: "/generate", label: "Create" },
  { path: HISTORY, label: "History" },
] as const;

/** Generate images, and browse the history of jobs. */
export function GeneratePage() {
  const { pathname } = useLocation();
  const tab = pathname === HISTORY ? HISTORY : "/generate";
  return (
    <Page title="Generate" tabTitle={tab === HISTORY ? "History" : "Generate"} isHeadingHidden>
      <TabLinks label="Generate" current={tab} links={TABS} />
      <Outlet />
    </Page>
  );
}
