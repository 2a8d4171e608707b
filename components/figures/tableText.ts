/** A table of the page as text, with its heads and spans: what stands in it, and nothing of how it looks. */
export interface TableText {
  /** In the dialect of GitHub: one row of heads, a line each row; a cell over several rows is said once. */
  markdown: string;
  html: string;
}

export function tableText(table: HTMLTableElement): TableText {
  const rows = [...table.rows].map((row) => [...row.cells]);
  const columns = Math.max(...rows.map((cells) => cells.reduce((sum, {colSpan}) => sum + colSpan, 0)));
  /** Rows that a cell above still takes, by column. */
  const taken = new Array<number>(columns).fill(0);
  const lines = rows.map((cells) => {
    const line: string[] = [];
    let next = 0;
    for (let column = 0; column < columns; ++column) {
      if (taken[column] > 0) {
        --taken[column];
        line.push("");
        continue;
      }
      const cell = cells[next++] as HTMLTableCellElement | undefined;
      line.push(cell ? wordsOf(cell) : "");
      for (let i = 0; i < (cell?.colSpan ?? 1); ++i) {
        taken[column + i] = (cell?.rowSpan ?? 1) - 1;
        if (i > 0) line.push("");
      }
      column += (cell?.colSpan ?? 1) - 1;
    }
    return `| ${line.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  const markdown = [lines[0], `|${" --- |".repeat(columns)}`, ...lines.slice(1)].join("\n");
  const body = rows
    .map((cells) => {
      const all = cells.map((cell) => {
        const name = cell.tagName.toLowerCase();
        const span = (["colSpan", "rowSpan"] as const)
          .filter((key) => cell[key] > 1)
          .map((key) => ` ${key.toLowerCase()}="${cell[key]}"`);
        return `<${name}${span.join("")}>${escaped(wordsOf(cell))}</${name}>`;
      });
      return `<tr>${all.join("")}</tr>`;
    })
    .join("\n");
  return {markdown, html: `<table>\n${body}\n</table>\n`};
}

/** A cell's words, those of its parts apart from each other; what only a control says is none. */
function wordsOf(cell: Element): string {
  const parts: string[] = [];
  const walk = (node: Node) => {
    if (node instanceof Text) parts.push(node.data);
    else if (node instanceof HTMLElement && !["BUTTON", "INPUT", "SELECT"].includes(node.tagName)) {
      const apart = node.tagName !== "SUB" && node.tagName !== "SUP";
      if (apart) parts.push(" ");
      node.childNodes.forEach(walk);
      if (apart) parts.push(" ");
    }
  };
  walk(cell);
  return parts.join("").replace(/\s+/g, " ").trim();
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
