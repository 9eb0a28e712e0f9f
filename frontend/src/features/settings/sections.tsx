/** The sections of the settings in the order of their navigation. */
import type { ComponentType } from "react";
import { useMe } from "@/features/session";
import { ApiKeysSection } from "./api-keys-section";
import { AppearanceSection } from "./appearance-section";
import { DefaultsSection } from "./defaults-section";
import { NotificationsSection } from "./notifications-section";
import { PasswordSection } from "./password-section";
import { ProfileSection } from "./profile-section";
import { SessionsSection } from "./sessions-section";
import { WebhooksSection } from "./webhooks/webhooks-section";

export interface Section {
  readonly path: string;
  readonly label: string;
  readonly Component: ComponentType;
  /** Not shown in single-user mode. */
  readonly needsLogin?: boolean;
}

export const SECTIONS: readonly [Section, ...Section[]] = [
  { path: "account", label: "Account", Component: Account },
  { path: "appearance", label: "Appearance", Component: AppearanceSection },
  { path: "notifications", label: "Notifications", Component: NotificationsSection },
  { path: "defaults", label: "Defaults", Component: DefaultsSection },
  { path: "api-keys", label: "API keys", Component: ApiKeysSection },
  { path: "webhooks", label: "Webhooks", Component: WebhooksSection },
  { path: "sessions", label: "Sessions", Component: SessionsSection, needsLogin: true },
];

function Account() {
  const hasLogin = useMe().auth_mode === "password";
  return (
    <>
      <ProfileSection />
      {hasLogin ? <PasswordSection /> : null}
    </>
  );
}
