import {h} from "../dom.js";

/**
 * A place to choose files, by a dialog or by dropping them anywhere on the page.
 * @param accept file names' endings, for the dialog
 */
export function dropZone({label, accept, open}: {label: string; accept: string; open(files: File[]): void}): {
  element: HTMLElement;
  dispose(): void;
} {
  const input = h("input", {type: "file", multiple: true, accept, class: "drop-input", "aria-label": label});
  input.addEventListener("change", () => {
    open([...(input.files ?? [])]);
    input.value = ""; // so that the same file can be chosen again
  });
  const element = h("label", {class: "drop-zone"}, h("span", {}, label), input);
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  let depth = 0;
  const over = (by: number) => {
    depth = Math.max(0, depth + by);
    element.classList.toggle("over", depth > 0);
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
        open([...event.dataTransfer!.files]);
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
