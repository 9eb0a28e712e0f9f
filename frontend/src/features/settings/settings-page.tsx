import Box from "@mui/material/Box";
import { Navigate, useParams } from "react-router";
import { useMe } from "@/features/session";
import { Page } from "@/ui/page";
import { SECTIONS, type Section } from "./sections";
import { SettingsNavigation } from "./settings-navigation";

/** The settings of the current user; each section has its own address. */
export function SettingsPage() {
  const me = useMe();
  const { section = "" } = useParams();
  const hasLogin = me.auth_mode === "password";
  const sections = SECTIONS.filter((one) => hasLogin || !one.needsLogin);
  const [first] = SECTIONS;
  const current = sections.find(({ path }) => path === section);
  // Also the address of the settings before they were divided.
  if (current === undefined) return <Navigate to={`/settings/${first.path}`} replace />;
  return (
    <Page title="Settings" tabTitle={`${current.label}, settings`} maxWidth={1080}>
      <Box
        sx={{
          display: "grid",
          gap: { xs: 2, md: 4 },
          alignItems: "start",
          gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "200px minmax(0, 1fr)" },
        }}
      >
        <SettingsNavigation sections={sections} current={current} />
        <Content section={current} />
      </Box>
    </Page>
  );
}

function Content({ section: { Component } }: { readonly section: Section }) {
  const me = useMe();
  return (
    <Box sx={{ display: "grid", gap: 2, minWidth: 0, gridTemplateColumns: "minmax(0, 1fr)" }}>
      <Component key={`${me.id} ${me.username}`} />
    </Box>
  );
}
