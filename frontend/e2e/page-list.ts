/** All pages of the app with the titles of their tabs. */
export const PAGES = [
  ["/", "Dashboard"],
  ["/generate", "Generate"],
  ["/generate/history", "History"],
  ["/gallery", "Gallery"],
  ["/gallery?view=list", "Gallery"],
  ["/gallery/trash", "Trash"],
  ["/gallery/trash?view=list", "Trash"],
  ["/view/1", ""],
  ["/notifications", "Notifications"],
  ["/settings", "Settings"],
  ["/admin", "Queue, admin"],
  ["/admin/models", "Models, admin"],
  ["/admin/servers", "System, admin"],
  ["/admin/users", "Users, admin"],
  ["/admin/log", "Audit log, admin"],
  ["/nowhere/at/all", "Page not found"],
] as const;
