export { AdminPage } from "./admin-page";
export { LogTab } from "./log-tab";
export { ModelsTab } from "./models-tab";
export { QueueTab } from "./queue-tab";
export { ServersTab } from "./servers-tab";
export { UsersTab } from "./users-tab";
