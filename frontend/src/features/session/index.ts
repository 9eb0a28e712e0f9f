export { ConnectionNotice } from "./connection-notice";
export { LoginDialog } from "./login-dialog";
export { meQuery, useChangePreferences, useIsAdmin, useMe } from "./queries";
export { useIsReachable, useReachabilityChecks } from "./use-is-reachable";
export { UserMenu } from "./user-menu";
