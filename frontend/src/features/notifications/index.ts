export { Bell } from "./bell";
export {
  areBrowserNotificationsOn,
  canShowBrowserNotifications,
  setBrowserNotifications,
  showBrowserNotification,
} from "./browser-notifications";
export { targetOf } from "./notification-line";
export { NotificationStream } from "./stream";
