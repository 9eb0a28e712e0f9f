/** The pages. Each is a part of its own, loaded when it is first opened. */
import type { ComponentType } from "react";
import { lazyPart } from "@/lib/code";
import { CodeNotLoaded } from "./route-error";
import { PageSkeleton } from "./shell/page-skeleton";

const page = (load: () => Promise<ComponentType>): ComponentType =>
  lazyPart(load, { Loading: PageSkeleton, Failed: CodeNotLoaded });

export const LoginPage = page(async () => (await import("@/features/session/login-page")).LoginPage);
export const RegisterPage = page(async () => (await import("@/features/session/register-page")).RegisterPage);
export const DashboardPage = page(async () => (await import("@/features/dashboard")).DashboardPage);
export const GeneratePage = page(async () => (await import("@/features/generate")).GeneratePage);
export const CreateTab = page(async () => (await import("@/features/generate/create-tab")).CreateTab);
export const HistoryTab = page(
  async () => (await import("@/features/generate/history/history-tab")).HistoryTab,
);
export const GridsTab = page(async () => (await import("@/features/grids/grids-tab")).GridsTab);
export const GridPage = page(async () => (await import("@/features/grids/grid-page")).GridPage);
export const GalleryPage = page(async () => (await import("@/features/gallery")).GalleryPage);
export const CollectionsPage = page(
  async () => (await import("@/features/collections/collections-page")).CollectionsPage,
);
export const CollectionPage = page(
  async () => (await import("@/features/collections/collection-page")).CollectionPage,
);
export const ComparePage = page(async () => (await import("@/features/compare")).ComparePage);
export const ImportPage = page(async () => (await import("@/features/import/import-page")).ImportPage);
export const SharedPage = page(async () => (await import("@/features/shared")).SharedPage);
export const TrashPage = page(async () => (await import("@/features/gallery/trash-page")).TrashPage);
export const ViewPage = page(async () => (await import("@/features/viewer")).ViewPage);
export const NotificationsPage = page(
  async () => (await import("@/features/notifications/notifications-page")).NotificationsPage,
);
export const SettingsPage = page(async () => (await import("@/features/settings")).SettingsPage);
export const RunWorkflowPage = page(async () => (await import("@/features/workflows/run")).RunPage);
export const AdminPage = page(async () => (await import("@/features/admin")).AdminPage);
export const QueueTab = page(async () => (await import("@/features/admin/queue-tab")).QueueTab);
export const ModelsTab = page(async () => (await import("@/features/admin/models-tab")).ModelsTab);
export const SystemTab = page(async () => (await import("@/features/admin/system-tab")).SystemTab);
export const UsersTab = page(async () => (await import("@/features/admin/users-tab")).UsersTab);
export const OverviewTab = page(async () => (await import("@/features/admin/overview")).OverviewTab);
export const StorageTab = page(async () => (await import("@/features/admin/storage")).StorageTab);
export const AnnouncementsTab = page(
  async () => (await import("@/features/admin/announcements-tab")).AnnouncementsTab,
);
export const AuditLogTab = page(async () => (await import("@/features/admin/audit-log-tab")).AuditLogTab);
export const ModelsPage = page(async () => (await import("@/features/models/cards/models-page")).ModelsPage);
export const ModelPage = page(async () => (await import("@/features/models/cards/model-page")).ModelPage);
export const PresetsPage = page(async () => (await import("@/features/presets/presets-page")).PresetsPage);
export const WorkflowsPage = page(
  async () => (await import("@/features/workflows/library/workflows-page")).WorkflowsPage,
);
export const WorkflowImportPage = page(
  async () => (await import("@/features/workflows/import/import-page")).WorkflowImportPage,
);
export const WorkflowEditPage = page(
  async () => (await import("@/features/workflows/form-editor/edit-page")).WorkflowEditPage,
);
export const WorkflowVersionsPage = page(
  async () => (await import("@/features/workflows/versions/versions-page")).WorkflowVersionsPage,
);
