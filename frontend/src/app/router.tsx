import { Navigate, Outlet, Route, Routes, useParams } from "react-router";
import { AuthenticatedLayout } from "./authenticated-layout";
import { NotFound } from "./not-found";
import {
  AdminPage,
  AnnouncementsTab,
  AuditLogTab,
  CollectionPage,
  CollectionsPage,
  ComparePage,
  CreateTab,
  DashboardPage,
  GalleryPage,
  GeneratePage,
  GridPage,
  GridsTab,
  HistoryTab,
  ImportPage,
  LoginPage,
  ModelPage,
  ModelsPage,
  ModelsTab,
  NotificationsPage,
  OverviewTab,
  PresetsPage,
  QueueTab,
  RegisterPage,
  RunWorkflowPage,
  SettingsPage,
  SharedPage,
  StorageTab,
  SystemTab,
  TrashPage,
  UsersTab,
  ViewPage,
  WorkflowEditPage,
  WorkflowImportPage,
  WorkflowsPage,
  WorkflowVersionsPage,
} from "./pages";
import { RouteBoundary } from "./route-error";

/** Which page is shown at which path. */
export function Pages() {
  return (
    <Routes>
      <Route element={<Guarded />}>
        <Route path="login" element={<LoginPage />} />
        <Route path="register" element={<RegisterPage />} />
        <Route path="s/:token" element={<SharedPage />} />
        <Route element={<AuthenticatedLayout />}>
          <Route index element={<DashboardPage />} />
          <Route path="generate" element={<GeneratePage />}>
            <Route index element={<CreateTab />} />
            <Route path="history" element={<HistoryTab />} />
            <Route path="grids" element={<GridsTab />} />
          </Route>
          <Route path="grids" element={<Navigate to="/generate/grids" replace />} />
          <Route path="grids/:id" element={<GridPage />} />
          <Route path="workflows" element={<WorkflowsPage />} />
          <Route path="workflows/import" element={<WorkflowImportPage />} />
          <Route path="workflows/:id/edit" element={<WorkflowEditPage />} />
          <Route path="workflows/:id/versions" element={<WorkflowVersionsPage />} />
          <Route path="models" element={<ModelsPage />} />
          <Route path="models/:id" element={<ModelPage />} />
          <Route path="presets" element={<PresetsPage />} />
          <Route path="gallery" element={<GalleryPage />} />
          <Route path="gallery/trash" element={<TrashPage />} />
          <Route path="collections" element={<CollectionsPage />} />
          <Route path="collections/:id" element={<CollectionPage />} />
          <Route path="notifications" element={<NotificationsPage />} />
          <Route path="settings/:section?" element={<SettingsPage />} />
          <Route path="admin" element={<AdminPage />}>
            <Route index element={<QueueTab />} />
            <Route path="overview" element={<OverviewTab />} />
            <Route path="models" element={<ModelsTab />} />
            <Route path="servers" element={<SystemTab />} />
            <Route path="storage" element={<StorageTab />} />
            <Route path="users" element={<UsersTab />} />
            <Route path="announcements" element={<AnnouncementsTab />} />
            <Route path="log" element={<AuditLogTab />} />
          </Route>
          <Route path="workflows/:id" element={<RunWorkflowPage />} />
          <Route path="compare" element={<ComparePage />} />
          <Route path="import" element={<ImportPage />} />
          <Route path="view/:id" element={<ViewPage />} />
          <Route path=":id" element={<ImageOrNothing />} />
          <Route path="*" element={<NotFound />} />
        </Route>
      </Route>
    </Routes>
  );
}

/** Shows an error of the layout itself; errors of pages are shown inside it. */
function Guarded() {
  return (
    <RouteBoundary>
      <Outlet />
    </RouteBoundary>
  );
}

/** A number alone leads to the image with this id. */
function ImageOrNothing() {
  const { id = "" } = useParams();
  return /^\d+$/.test(id) ? <Navigate to={`/view/${id}`} replace /> : <NotFound />;
}
