import { messageOf } from "@/api/problem";
import type { Toast } from "@/ui/toast";
import { droppedFiles, type FoundFile, NOTHING } from "./files";
import { importer } from "./importer";

interface Page {
  readonly show: (toast: Toast) => void;
  readonly inspect: (file: FoundFile) => void;
  readonly openImport: () => void;
}

/** Show what one dropped file says, or import several files, folders and zips. */
export async function takeDropped(data: DataTransfer, { show, inspect, openImport }: Page): Promise<void> {
  try {
    const found = await droppedFiles(data);
    const [only] = found.files;
    if (only === undefined) return show(NOTHING);
    if (found.files.length === 1 && !/\.zip$/i.test(only.path)) return inspect(only);
    importer.add(found.files, found.leftOut);
    openImport();
  } catch (error) {
    show({ message: messageOf(error), severity: "error" });
  }
}
