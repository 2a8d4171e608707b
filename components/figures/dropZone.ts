import {h} from "./dom.js";

/** A file as it was chosen: its name, with the folders above it where a folder was. */
export interface ChosenFile {
  name: string;
  file: File;
}

/**
 * A place to choose files, by a dialog or by dropping them anywhere on the page.
 * @param accept file names' endings, for the dialog
 * @param folder what the dialog for a whole folder is called; without it there is none
 * @param trouble told why what was dropped can't be read
 */
export function dropZone({
  label,
  accept,
  folder,
  open,
  trouble = () => {}
}: {
  label: string;
  accept: string;
  folder?: string;
  open(files: ChosenFile[]): void;
  trouble?(message: string): void;
}): {
  element: HTMLElement;
  dispose(): void;
} {
  const choice = (name: string, options: {accept?: string; webkitdirectory?: boolean}) => {
    const input = h("input", {
      type: "file",
      multiple: true,
      ...options,
      class: "drop-input",
      "aria-label": name
    });
    input.addEventListener("change", () => {
      open([...(input.files ?? [])].map((file) => ({name: file.webkitRelativePath || file.name, file})));
      input.value = ""; // so that the same file can be chosen again
    });
    return h("label", {class: "drop-zone"}, h("span", {}, name), input);
  };
  const files = choice(label, {accept});
  const element = folder
    ? h("div", {class: "drop-zones"}, files, choice(folder, {webkitdirectory: true}))
    : files;
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  let depth = 0;
  const over = (by: number) => {
    depth = Math.max(0, depth + by);
    files.classList.toggle("over", depth > 0);
  };
  // Anywhere on the page: a file dropped beside the zone would else replace the page.
  const listeners: [string, (event: DragEvent) => void][] = [
    ["dragenter", (event) => hasFiles(event) && over(1)],
    ["dragleave", (event) => hasFiles(event) && over(-1)],
    ["dragover", (event) => hasFiles(event) && event.preventDefault()],
    [
      "drop",
      (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        over(-Infinity);
        dropped(event.dataTransfer!).then(open, (error: unknown) => trouble((error as Error).message));
      }
    ]
  ];
  for (const [name, listener] of listeners) document.addEventListener(name, listener as EventListener);
  return {
    element,
    dispose() {
      for (const [name, listener] of listeners) document.removeEventListener(name, listener as EventListener);
    }
  };
}

/** Files that were dropped, and all in folders that were. Asked at once: what a drop holds is gone when its event is over. */
async function dropped(transfer: DataTransfer): Promise<ChosenFile[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  if (!entries.some(({isDirectory}) => isDirectory))
    return [...transfer.files].map((file) => ({name: file.name, file}));
  return (await Promise.all(entries.map(filesIn))).flat();
}

async function filesIn(entry: FileSystemEntry): Promise<ChosenFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail));
    return [{name: entry.fullPath.replace(/^\//, ""), file}];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const all: FileSystemEntry[] = [];
  // A folder is read a hundred entries at a time.
  for (
    let some;
    (some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail))).length;
  )
    all.push(...some);
  return (await Promise.all(all.map(filesIn))).flat();
}
