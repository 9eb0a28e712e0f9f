/** Separate from index.ts so that the page is loaded on demand; the bell is always loaded. */
export { NotificationsPage } from "./notifications-page";
