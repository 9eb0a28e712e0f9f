export { AdminPage } from "./admin-page";
export { AnnouncementsTab } from "./announcements-tab";
export { AuditLogTab } from "./audit-log-tab";
export { ModelsTab } from "./models-tab";
export { QueueTab } from "./queue-tab";
export { SystemTab } from "./system-tab";
export { UsersTab } from "./users-tab";
