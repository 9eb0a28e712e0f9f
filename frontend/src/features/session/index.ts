export { meQuery, useIsAdmin, useMe } from "./queries";
export { UserMenu } from "./user-menu";
