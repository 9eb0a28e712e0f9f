import CssBaseline from "@mui/material/CssBaseline";
import { ThemeProvider } from "@mui/material/styles";
import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { BrowserRouter } from "react-router";
import { createQueryClient } from "@/api/query-client";
import { lazyPart, preloadParts } from "@/lib/code";
import { ShortcutProvider } from "@/lib/shortcuts";
import { ToastProvider } from "@/ui/toast";
import { TooltipLayer } from "@/ui/tooltip";
import { Pages } from "./router";
import { MODE_STORAGE_KEY, theme } from "./theme/theme";

const ServiceWorkerUpdates = lazyPart(
  async () => (await import("./service-worker-updates")).ServiceWorkerUpdates,
  { Loading: () => null },
);

export function App() {
  const [client] = useState(createQueryClient);
  useEffect(preloadParts, []);
  return (
    <ThemeProvider
      theme={theme}
      defaultMode="system"
      modeStorageKey={MODE_STORAGE_KEY}
      disableTransitionOnChange
      noSsr
    >
      <CssBaseline enableColorScheme />
      <QueryClientProvider client={client}>
        <ToastProvider>
          <ShortcutProvider>
            <BrowserRouter>
              <ServiceWorkerUpdates />
              <Pages />
            </BrowserRouter>
          </ShortcutProvider>
        </ToastProvider>
      </QueryClientProvider>
      <TooltipLayer />
    </ThemeProvider>
  );
}
