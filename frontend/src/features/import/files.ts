/** The files that were dropped or chosen, folders included. */

export interface FoundFile {
  readonly file: File;
  /** With the folders inside what was chosen: `summer/fox.png`. */
  readonly path: string;
  /** A text beside it that may say how it was made: `fox.txt`, `fox.json`. */
  readonly sidecar?: File;
}

export interface FoundFiles {
  readonly files: readonly FoundFile[];
  /** How many other files there are in the folders. */
  readonly leftOut: number;
}

/** Endings of files that are sent; others in folders are left out. */
const ENDINGS = /\.(png|jpe?g|webp|avif|mp4|mov|webm|mkv|zip)$/i;

const SIDECAR = /\.(txt|json)$/i;
const ENDS = [".swarm.json", ".txt", ".json"] as const;
const MAX_SIDECAR_BYTES = 1_048_576;

const isImportable = (name: string): boolean => ENDINGS.test(name);

export const NOTHING = {
  message: "There are no images, videos or zips in the folder.",
  severity: "error",
} as const;
export const UNREADABLE = {
  message: "The browser may not read what was dropped.",
  severity: "error",
} as const;

/** For the `accept` attribute of file fields. */
export const ACCEPT = ".png,.jpg,.jpeg,.webp,.avif,.mp4,.mov,.webm,.mkv,.zip";

/** Return the files of a file field; of a chosen folder those that can be imported. */
export function chosenFiles(list: FileList | null): FoundFiles {
  const found = [...(list ?? [])].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
  return importable(found);
}

/** Files that were chosen one by one are kept whatever they are: the server says why it refuses one. */
function importable(found: readonly FoundFile[]): FoundFiles {
  const all = withSidecars(found);
  const files = all.filter(({ path }) => !path.includes("/") || isImportable(path));
  return { files, leftOut: all.length - files.length };
}

/** Take texts that lie beside other files out of the list, and give them to those. */
export function withSidecars(found: readonly FoundFile[]): FoundFile[] {
  const texts = new Map<string, FoundFile>();
  for (const one of found) if (SIDECAR.test(one.path)) texts.set(one.path.toLowerCase(), one);
  const used = new Set<FoundFile>();
  const whole = found.map((one): FoundFile => {
    const path = one.path.toLowerCase();
    const stem = path.replace(/\.[^./]*$/, "");
    const names = isImportable(path) ? [stem, path].flatMap((name) => ENDS.map((end) => name + end)) : [];
    const beside = names.flatMap((name) => texts.get(name) ?? []);
    for (const text of beside) used.add(text);
    const sidecar = beside.find(({ file }) => file.size <= MAX_SIDECAR_BYTES)?.file;
    return sidecar ? { ...one, sidecar } : one;
  });
  return whole.filter((one) => !used.has(one));
}

/** Return the files of what was dropped, those inside folders too. Must be called while the event is handled. */
export function droppedFiles(data: DataTransfer): Promise<FoundFiles> {
  const entries = [...data.items].flatMap((item) => {
    const entry = item.kind === "file" ? item.webkitGetAsEntry?.() : null;
    return entry ? [entry] : [];
  });
  if (entries.length === 0) return Promise.resolve(chosenFiles(data.files));
  return Promise.all(entries.map(filesOf)).then((found) => importable(found.flat()));
}

async function filesOf(entry: FileSystemEntry): Promise<FoundFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ file, path: entry.fullPath.replace(/^\//, "") }];
  }
  const found: FoundFile[] = [];
  for (const child of await childrenOf(entry as FileSystemDirectoryEntry))
    found.push(...(await filesOf(child)));
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
