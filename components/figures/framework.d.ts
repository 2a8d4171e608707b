declare module "observablehq:stdlib" {
  /** Framework's file handle, for the part that is used here. */
  export function FileAttachment(path: string): {
    arrayBuffer(): Promise<ArrayBuffer>;
    json(): Promise<unknown>;
  };
}
