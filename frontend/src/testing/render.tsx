import { ThemeProvider } from "@mui/material/styles";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/preact";
import type { ReactNode } from "react";
import { createMemoryRouter, RouterProvider } from "react-router";
import type { Me } from "@/api/types";
import { theme } from "@/app/theme/theme";
import { ShortcutProvider } from "@/lib/shortcuts";
import { ToastProvider } from "@/ui/toast";
import { makeMe } from "./builders";

/** Render an element inside the providers of the app, at a URL; without a user when `me` is null. */
export function renderApp(element: ReactNode, { path = "/*", at = "/", me = makeMe() as Me | null } = {}) {
  const client = new QueryClient({
    defaultOptions: { queries: { retry: false }, mutations: { retry: false } },
  });
  if (me !== null) client.setQueryData(["session", "me"], me);
  const router = createMemoryRouter(
    [
      { path, element },
      { path: "*", element: <p>elsewhere</p> },
    ],
    { initialEntries: [at] },
  );
  const { unmount } = render(
    <ThemeProvider theme={theme} noSsr>
      <QueryClientProvider client={client}>
        <ToastProvider>
          <ShortcutProvider>
            <RouterProvider router={router} />
          </ShortcutProvider>
        </ToastProvider>
      </QueryClientProvider>
    </ThemeProvider>,
  );
  return { client, router, unmount };
}
