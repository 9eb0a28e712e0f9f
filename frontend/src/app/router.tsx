import { createBrowserRouter, type RouteObject, redirect } from "react-router";
import { AuthenticatedLayout } from "./authenticated-layout";
import { NotFound } from "./not-found";
import { RouteError } from "./route-error";
import { PageSkeleton } from "./shell/page-skeleton";

const routes: RouteObject[] = [
  {
    errorElement: <RouteError />,
    hydrateFallbackElement: <PageSkeleton />,
    children: [
      {
        path: "login",
        lazy: async () => ({ Component: (await import("@/features/session/pages")).LoginPage }),
      },
      {
        path: "register",
        lazy: async () => ({ Component: (await import("@/features/session/pages")).RegisterPage }),
      },
    ],
  },
  {
    element: <AuthenticatedLayout />,
    errorElement: <RouteError />,
    hydrateFallbackElement: <PageSkeleton />,
    children: [
      {
        errorElement: <RouteError />,
        children: [
          { index: true, lazy: () => import("@/features/dashboard") },
          {
            path: "generate",
            lazy: async () => ({ Component: (await import("@/features/generate")).GeneratePage }),
            children: [
              {
                index: true,
                lazy: async () => ({ Component: (await import("@/features/generate")).CreateTab }),
              },
              {
                path: "history",
                lazy: async () => ({ Component: (await import("@/features/generate")).HistoryTab }),
              },
            ],
          },
          {
            path: "gallery",
            lazy: async () => ({ Component: (await import("@/features/gallery")).GalleryPage }),
          },
          {
            path: "gallery/trash",
            lazy: async () => ({ Component: (await import("@/features/gallery")).TrashPage }),
          },
          {
            path: "notifications",
            lazy: async () => ({
              Component: (await import("@/features/notifications/pages")).NotificationsPage,
            }),
          },
          { path: "settings", lazy: () => import("@/features/settings") },
          {
            path: "admin",
            lazy: async () => ({ Component: (await import("@/features/admin")).AdminPage }),
            children: [
              {
                index: true,
                lazy: async () => ({ Component: (await import("@/features/admin")).QueueTab }),
              },
              {
                path: "overview",
                lazy: async () => ({
                  Component: (await import("@/features/admin/overview")).OverviewTab,
                }),
              },
              {
                path: "models",
                lazy: async () => ({ Component: (await import("@/features/admin")).ModelsTab }),
              },
              {
                path: "servers",
                lazy: async () => ({ Component: (await import("@/features/admin")).SystemTab }),
              },
              {
                path: "storage",
                lazy: async () => ({
                  Component: (await import("@/features/admin/storage")).StorageTab,
                }),
              },
              {
                path: "users",
                lazy: async () => ({ Component: (await import("@/features/admin")).UsersTab }),
              },
              {
                path: "announcements",
                lazy: async () => ({ Component: (await import("@/features/admin")).AnnouncementsTab }),
              },
              {
                path: "log",
                lazy: async () => ({ Component: (await import("@/features/admin")).AuditLogTab }),
              },
            ],
          },
          { path: "view/:id", lazy: () => import("@/features/viewer") },
          {
            path: ":id",
            loader: ({ params }) => (/^\d+$/.test(params.id ?? "") ? redirect(`/view/${params.id}`) : null),
            element: <NotFound />,
          },
          { path: "*", element: <NotFound /> },
        ],
      },
    ],
  },
];

export const createRouter = () => createBrowserRouter(routes);
