export { Bell } from "./bell";
export { canAskBrowser, isBrowserWanted, setBrowserWanted, tellBrowser } from "./browser-notifications";
export { targetOf } from "./notification-line";
export { NotificationStream } from "./stream";
