/** The files that were dropped or chosen, folders included. */

export interface FoundFile {
  readonly file: File;
  /** With the folders inside what was chosen: `summer/fox.png`. */
  readonly path: string;
}

/** Endings of files that are sent; others in folders are left out. */
const ENDINGS = /\.(png|jpe?g|webp|avif|mp4|mov|webm|mkv|zip)$/i;

const isImportable = (name: string): boolean => ENDINGS.test(name);

/** For the `accept` attribute of file fields. */
export const ACCEPT = ".png,.jpg,.jpeg,.webp,.avif,.mp4,.mov,.webm,.mkv,.zip";

/** Return the files of a file field; of a chosen folder those that can be imported. */
export function chosenFiles(list: FileList | null): FoundFile[] {
  return [...(list ?? [])]
    .map((file) => ({ file, path: file.webkitRelativePath || file.name }))
    .filter(({ file, path }) => path === file.name || isImportable(path));
}

/** Return the files of what was dropped, those inside folders too. Must be called while the event is handled. */
export function droppedFiles(data: DataTransfer): Promise<FoundFile[]> {
  const entries = [...data.items].flatMap((item) => {
    const entry = item.kind === "file" ? item.webkitGetAsEntry?.() : null;
    return entry ? [entry] : [];
  });
  if (entries.length === 0) return Promise.resolve(chosenFiles(data.files));
  return Promise.all(entries.map((entry) => filesOf(entry, true))).then((found) => found.flat());
}

async function filesOf(entry: FileSystemEntry, isNamed: boolean): Promise<FoundFile[]> {
  if (entry.isFile) {
    if (!isNamed && !isImportable(entry.name)) return [];
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ file, path: entry.fullPath.replace(/^\//, "") }];
  }
  const found: FoundFile[] = [];
  for (const child of await childrenOf(entry as FileSystemDirectoryEntry)) {
    found.push(...(await filesOf(child, false)));
  }
  return found;
}

/** The browser lists a folder in parts, until one is empty. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) return found;
    found.push(...part);
  }
}
