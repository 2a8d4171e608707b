import {extname} from "node:path";

/**
 * Names of a figure's files: `F4-linear1d.svg` for the first of a kind, `F4-linear1d-states.svg` for another one, by its own name.
 * @param files their own names, such as `latents.svg`
 */
export function fileNames(figure: string, files: readonly string[]): string[] {
  const used = new Set<string>();
  return files.map((file) => {
    const kind = extname(file);
    const stem = file.slice(0, -kind.length).replace(/[^\w.-]+/g, "-");
    let name = `${figure}${kind}`;
    for (let i = 1; used.has(name); ++i) name = `${figure}-${stem}${i > 1 ? `-${i}` : ""}${kind}`;
    used.add(name);
    return name;
  });
}

/**
 * Files that show a figure, each picture once: one that is there as SVG and as PNG, under one name of its own, by its SVG.
 * @param files their own names, and those they are written under
 */
export function picturesOf(files: readonly {own: string; name: string}[]): string[] {
  const stem = (own: string) => own.slice(0, -extname(own).length);
  const lines = files.filter(({own}) => own.endsWith(".svg"));
  const pixels = files.filter(
    ({own}) => own.endsWith(".png") && !lines.some((other) => stem(other.own) === stem(own))
  );
  return [...lines, ...pixels].map(({name}) => name);
}
