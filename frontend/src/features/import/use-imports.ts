import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { refreshContentLists } from "@/features/content";
import { type ImportState, importer } from "./importer";

/** Return the imports of this tab. */
export function useImports(): ImportState {
  const client = useQueryClient();
  useEffect(() => {
    importer.onImported = () => refreshContentLists(client);
  }, [client]);
  return useSyncExternalStore(importer.subscribe, importer.get);
}
