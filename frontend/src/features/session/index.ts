export { LoginDialog } from "./login-dialog";
export { meQuery, useChangePreferences, useIsAdmin, useMe } from "./queries";
export { UserMenu } from "./user-menu";
