import {createReadStream, existsSync, readFileSync, statSync} from "node:fs";
import {createServer, type Server} from "node:http";
import type {AddressInfo} from "node:net";
import {extname, join} from "node:path";

const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2"
};

export interface ServeOptions {
  /** Serve the pages cross-origin isolated, so that their threads share memory. */
  isolated?: boolean;
  /** What is put at the end of each page's head. */
  head?: string;
}

/** A built site on a free port of this machine. */
export async function serve(
  folder: string,
  {isolated = false, head = ""}: ServeOptions = {}
): Promise<{base: string; close(): Promise<void>}> {
  const server: Server = createServer((request, response) => {
    let file = join(folder, decodeURIComponent(new URL(request.url ?? "/", "http://x").pathname));
    if (existsSync(file) && statSync(file).isDirectory()) file = join(file, "index.html");
    if (!existsSync(file)) file += ".html";
    if (!existsSync(file)) return void response.writeHead(404).end();
    if (isolated) {
      response.setHeader("cross-origin-opener-policy", "same-origin");
      response.setHeader("cross-origin-embedder-policy", "require-corp");
    }
    response.setHeader("content-type", types[extname(file)] ?? "application/octet-stream");
    if (head && file.endsWith(".html"))
      return void response.end(readFileSync(file, "utf8").replace("</head>", `${head}</head>`));
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      })
  };
}
