import { useMutation } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { messageOf } from "@/api/problem";
import type { BulkChange } from "@/api/types";
import { useBulkChange } from "@/features/content";
import { type Toast, useToast } from "@/ui/toast";
import type { Selection } from "../use-selection";
import { chosenOf } from "./chosen";

export type Change = BulkChange extends infer One
  ? One extends BulkChange
    ? Omit<One, "ids" | "filter" | "cursor">
    : never
  : never;

/** Return the function that changes the selected images, and the one that downloads them. */
export function useToolbarActions(selection: Selection) {
  const bulk = useBulkChange();
  const toast = useToast();
  const download = useDownload();
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const undoOf = (change: Change, ids: number[]): Pick<Toast, "action"> =>
    change.action === "delete"
      ? { action: { label: "Undo", run: () => bulk.mutate({ action: "restore", ids }, { onError }) } }
      : {};
  const apply = (change: Change, onSettled?: () => void) =>
    bulk.mutate({ ...change, ...chosenOf(selection.state) } as BulkChange, {
      onSuccess: (items) => {
        const failed = items.filter(({ status }) => status === "refused" || status === "not_found");
        const done = items.length - failed.length;
        const undo = undoOf(
          change,
          items.map(({ id }) => id),
        );
        const reason = failed[0]?.reason ?? "";
        toast(
          failed.length === 0
            ? { message: `${done} updated`, severity: "success", ...undo }
            : { message: `${done} updated, ${failed.length} failed: ${reason}`, severity: "warning" },
        );
        selection.clear();
      },
      onError,
      onSettled: () => onSettled?.(),
    });
  return {
    apply,
    isPending: bulk.isPending,
    download: () => download.mutate(chosenOf(selection.state), { onError }),
    isDownloading: download.isPending,
  };
}

/** Download the files of the selected images as a zip. */
function useDownload() {
  return useMutation({
    mutationFn: async (chosen: ReturnType<typeof chosenOf>) => {
      const archive = await unwrap(
        api.POST("/api/v1/content/download", { body: chosen as never, parseAs: "blob" }),
      );
      save(archive as unknown as Blob, "images.zip");
    },
  });
}

function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser reads the address after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
