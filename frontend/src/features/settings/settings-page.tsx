import Box from "@mui/material/Box";
import { useMe } from "@/features/session";
import { Page } from "@/ui/page";
import { ApiKeysSection } from "./api-keys-section";
import { AppearanceSection } from "./appearance-section";
import { DefaultsSection } from "./defaults-section";
import { NotificationsSection } from "./notifications-section";
import { PasswordSection } from "./password-section";
import { ProfileSection } from "./profile-section";
import { SessionsSection } from "./sessions-section";
import { WebhooksSection } from "./webhooks/webhooks-section";

/** The settings of the current user. */
export function SettingsPage() {
  const me = useMe();
  const hasLogin = me.auth_mode === "password";
  return (
    <Page title="Settings" maxWidth={820}>
      <Box sx={{ display: "grid", gap: 2 }}>
        <AppearanceSection />
        <NotificationsSection />
        <DefaultsSection key={me.id} />
        <ProfileSection key={me.username} />
        {hasLogin ? <PasswordSection /> : null}
        {hasLogin ? <SessionsSection /> : null}
        <ApiKeysSection />
        <WebhooksSection />
      </Box>
    </Page>
  );
}
