import { createBrowserRouter, type RouteObject, redirect } from "react-router";
import { NotFound } from "./not-found";
import { RouteError } from "./route-error";
import { PageSkeleton } from "./shell/page-skeleton";
import { Shell } from "./shell/shell";

const routes: RouteObject[] = [
  {
    element: <Shell />,
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
          { path: "gallery", lazy: () => import("@/features/gallery") },
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
