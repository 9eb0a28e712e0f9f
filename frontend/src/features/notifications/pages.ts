/** The page has a door of its own: the bell is always there, the page seldom. */
export { NotificationsPage } from "./notifications-page";
